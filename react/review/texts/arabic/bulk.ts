import type { ReviewTexts } from '../english.js'
import { ANSWERS, counted, countedOf, ITEMS, PEOPLE } from './counted.js'

/** Texts of deciding several answers at once, in Arabic. */
export const ARABIC_BULK: ReviewTexts['bulk'] = {
  label: 'الإجابات المختارة',
  chosen: count => `المختار: ${counted(count, ANSWERS)}`,
  choose: what => `اختيار: ${what}`,
  chooseAll: 'اختيار كل المعروض',
  clear: 'إلغاء الاختيار',
  verdicts: { approve: 'قبول', soft_reject: 'رفض مخفَّف', reject: 'رفض' },
  titles: {
    approve: count => `قبول ${countedOf(count, ANSWERS)}؟`,
    soft_reject: count => `رفض ${countedOf(count, ANSWERS)} رفضًا مخفَّفًا؟`,
    reject: count => `رفض ${countedOf(count, ANSWERS)}؟`,
  },
  whose: (answers, people, items) => `${counted(answers, ANSWERS)}${people === null ? '' : ` من ${countedOf(people, PEOPLE)}`} عن ${countedOf(items, ITEMS)}.`,
  paid: money => `يُستحق لهم ${money}.`,
  notPaid: money => `لن يُدفع لهم: يُفرَج عن ${money} كانت محجوزة لذلك.`,
  notUsed: 'لن تُستخدم الإجابات.',
  notReopened: 'لا يُعاد فتح أي عمل بذلك.',
  why: 'لماذا تُرفض؟',
  note: 'ملاحظة (اختيارية)',
}
