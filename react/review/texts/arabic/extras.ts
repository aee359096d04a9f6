import type { ReviewTexts } from '../english.js'
import { countedOf, PEOPLE, quoted, UNITS } from './counted.js'

/** Texts of what goes with a verdict, in Arabic. */
export const ARABIC_EXTRAS: ReviewTexts['extras'] = {
  title: 'المزيد مع القرار',
  isFilled: '(مُدخل)',
  message: 'رسالة إلى العامل',
  messageHint: 'يقرؤها في صفحة المهمة. أما الملاحظة أعلاه فتبقى عندكم.',
  bonus: currency => `مكافأة بعملة ${currency}`,
  bonusHint: 'فوق أجر كل إجابة.',
  notMoney: currency => `اكتب مبلغًا بعملة ${currency} أكبر من الصفر، مثل 0.50.`,
  grant: 'منح مؤهل',
  revoke: 'سحب مؤهل',
  none: 'بلا',
  notWhole: 'قيمة المؤهل عدد صحيح.',
  both: 'لا يمكن منح المؤهل نفسه وسحبه معًا.',
  block: 'حظر العامل',
  notBlocked: 'لا',
  scopes: { run: 'في هذه الجولة', task: 'في كل جولات المهمة', project: 'في المشروع كله', everywhere: 'في كل مكان' },
  requeue: 'تكليف شخص آخر بهذا العمل',
  noBonus: 'العمل المرفوض لا يُدفع له ولا ينال مكافأة. ارفضه رفضًا مخفَّفًا أو امحُ المكافأة.',
  noRequeue: 'العمل المقبول لا يُعاد. ألغِ تكليف شخص آخر به.',
  sayWhy: 'اذكر في الملاحظة سبب حظر العامل.',
  hadBonus: money => `مع مكافأة قدرها ${money}`,
  got: (qualification, value) => `مُنح: ${quoted(qualification)} (${value})`,
  lost: qualification => `سُحب: ${quoted(qualification)}`,
  wasBlocked: 'حُظر العامل',
  wasRequeued: 'كُلِّف آخرون بالعمل',
  wrote: 'إلى العامل:',
  effects: {
    bonus: money => `يُستحق لهم ${money} إضافية مكافأةً.`,
    get: (people, qualification) => `يُمنح ${quoted(qualification)} إلى ${countedOf(people, PEOPLE)}.`,
    lose: (people, qualification) => `يُسحب ${quoted(qualification)} من ${countedOf(people, PEOPLE)}.`,
    blocked: people => `يُحظر العمل على ${countedOf(people, PEOPLE)}.`,
    read: people => `تصل رسالتك إلى ${countedOf(people, PEOPLE)}.`,
    reopened: units => `يُفتح العمل من جديد على ${countedOf(units, UNITS)}.`,
  },
}
