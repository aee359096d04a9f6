import type { ReviewTexts } from '../english.js'
import { ANSWERS, counted, DECISIONS, UNITS } from './counted.js'

/** What is told about decisions, in Arabic. */
export const ARABIC_NEWS: ReviewTexts['news'] = {
  done: { approve: 'قُبلت ويُدفع الأجر', overturn: 'قُبلت بعد الرفض ويُدفع الأجر', soft_reject: 'رُفضت رفضًا مخفَّفًا: يُدفع الأجر ولا تُستخدم', reject: 'رُفضت ولا يُدفع الأجر' },
  sending: { approve: 'جارٍ الحفظ: قبول', overturn: 'جارٍ الحفظ: قبول بعد الرفض', soft_reject: 'جارٍ الحفظ: رفض مخفَّف', reject: 'جارٍ الحفظ: رفض' },
  opined: { waits: 'حُفظ الحكم وينتظر حكمًا ثانيًا', differs: 'حُفظ الحكم ولم تتفقا: يفصل شخص آخر' },
  opinedToo: count => `بانتظار ما يقوله آخرون: ${counted(count, DECISIONS)}`,
  about: (verdict, what) => `${verdict} – ${what}`,
  answers: count => counted(count, ANSWERS),
  faster: 'سبقك شخص آخر.',
  inPart: (decided, left, why) => `${decided}. لم يُبَتَّ في: ${left}، وسبب أولاها: ${why}`,
  notDecided: (what, why) => `لم يُبَتَّ في: ${what} – ${why}`,
  takenBack: count => (count === 1 ? 'أُلغي القرار. عادت الوحدة إلى انتظار المراجعة.' : `أُلغي القرار. عادت إلى انتظار المراجعة: ${counted(count, UNITS)}.`),
  nothingToUndo: 'ليس لك في هذه الجولة قرار يمكن التراجع عنه.',
  notTakenBack: why => `لم يُلغَ شيء: ${why}`,
  away: 'تعذّر الوصول إلى الخادم.',
  inQueueAgain: count => (count === 1 ? 'عادت إلى القائمة.' : 'عادت كلها إلى القائمة.'),
  waiting: count => `بانتظار الإرسال: ${counted(count, DECISIONS)}.`,
  tip: 'اضغط {?} لعرض المفاتيح.',
  undo: 'تراجع',
}
