import { ANSWERS, counted, countedOf } from './counted.js'
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
  fewer: waiting => `الإجابات المنتظرة (${counted(waiting, ANSWERS)}) أقل من أن تُثبت ذلك بعينة: افحصها كلها.`,
  rest: {
    open: count => `قبول الباقي (${count})`,
    title: count => `قبول ${countedOf(count, ANSWERS)} دون قراءة؟`,
    paid: money => `يُستحق لأصحابها ما يصل إلى ${money}.`,
    unread: 'لا يقرؤها أحد. تُسجَّل مقبولةً دون قراءة، ويذكر السجل بعد أي فحص.',
    left: 'يُترك للقراءة: ما يحكم عليه مراجعان، وما يراجعه أحد الآن، والإجابات التي تختبر أصحابها.',
    label: 'ما قُبل حتى الآن',
    approve: 'قبول دون قراءة',
    stop: 'إيقاف',
    goOn: 'متابعة',
    close: 'إغلاق',
    takeBack: 'التراجع عنها كلها',
    approved: count => `قُبل ${counted(count, ANSWERS)}.`,
    remaining: count => `تُرك للقراءة: ${counted(count, ANSWERS)}.`,
    takenBack: 'تم التراجع: تنتظر من جديد.',
    note: (found, { error, confidence }) => `دون قراءة، بعد عينة عشوائية: ${found} الخطأ أقل من ${error} (${confidence}).`,
  },
  far: 'الخطأ أكثر من أن يُثبت ذلك خلال 10,000 أخرى.',
}
