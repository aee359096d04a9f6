import type { ReviewTexts } from '../english.js'

/** Texts of checking a random sample, in Arabic. */
export const ARABIC_SAMPLING: ReviewTexts['sampling'] = {
  title: 'عينة عشوائية',
  show: 'فحص عينة عشوائية',
  isShown: 'عينة عشوائية',
  error: 'الفحص حتى يقل الخطأ عن',
  confidence: 'بثقة قدرها',
  checked: (checked, wrong) => `فُحص ${checked}، منها ${wrong} لا تُستخدم.`,
  verdicts: {
    below: goal => `تم: الخطأ أقل من ${goal}. يمكن قبول الباقي.`,
    above: goal => `الخطأ أكثر من ${goal}. انظر فيمن أجاب وفي التعليمات.`,
  },
  whole: 'فُحصت كل الإجابات الموجودة.',
  more: count => `يبقى ${count} إن صحت كلها.`,
  far: 'الخطأ أكثر من أن يُثبت ذلك خلال 10,000 أخرى.',
}
