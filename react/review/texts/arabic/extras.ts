import type { ReviewTexts } from '../english.js'
import { ANSWERS, countedOf, PEOPLE, UNITS } from './counted.js'

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
  asOpinion: 'ليحكم عليها شخص آخر أيضًا',
  noOpinion: 'يُلغى الرفض فورًا. ألغِ أن يحكم عليها شخص آخر.',
  opinionAlone: 'ما يصحب القرار شأن من يبتّ. احذفه، أو ألغِ أن يحكم عليها شخص آخر.',
  noBonus: 'العمل المرفوض لا يُدفع له ولا ينال مكافأة. ارفضه رفضًا مخفَّفًا أو امحُ المكافأة.',
  noRequeue: 'العمل المقبول لا يُعاد. ألغِ تكليف شخص آخر به.',
  sayWhy: 'اذكر في الملاحظة سبب حظر العامل.',
  hadBonus: money => `مع مكافأة قدرها ${money}`,
  got: (qualification, value) => `مُنح: ${qualification} (${value})`,
  lost: qualification => `سُحب: ${qualification}`,
  wasBlocked: 'حُظر العامل',
  wasUnread: 'لم يقرأها أحد: قُبلت مع الباقي بعد عينة عشوائية',
  wasRequeued: 'كُلِّف آخرون بالعمل',
  wouldDecide: verdict => `رأيه: ${verdict}`,
  wrote: 'إلى العامل:',
  effects: {
    bonus: money => `يُستحق لهم ${money} إضافية مكافأةً.`,
    get: (people, qualification) => `يُمنح ${qualification} إلى ${who(people)}.`,
    lose: (people, qualification) => `يُسحب ${qualification} من ${who(people)}.`,
    blocked: people => `يُحظر العمل على ${who(people)}.`,
    read: people => `تصل رسالتك إلى ${who(people)}.`,
    opinion: 'ينتظر حكمك حكمًا ثانيًا يوافقه، وحيث سبق أن قال شخص آخر مثله يُبَتّ به.',
    readTwice: units => `يحكم اثنان على ${countedOf(units, ANSWERS)}: يُبَتّ فيها إن كان حكمك الثاني ووافق الأول، وإلا حُفظ.`,
    reopened: units => `يُفتح العمل من جديد على ${countedOf(units, UNITS)}.`,
  },
}

/** People, or those whose they are where that is not told. */
function who(people: number | null): string {
  return people === null ? 'أصحابها' : countedOf(people, PEOPLE)
}
