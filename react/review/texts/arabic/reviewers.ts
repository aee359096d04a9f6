import type { ReviewTexts } from '../english.js'
import { ANSWERS, countedOf } from './counted.js'

/** Texts of what reviewers did, in Arabic. */
export const ARABIC_REVIEWERS: ReviewTexts['reviewers'] = {
  title: 'المراجعون',
  reviewer: 'المراجع',
  decided: 'ما بتَّ فيه',
  opinions: 'الآراء',
  accepted: 'المقبول',
  overruled: 'ما نُقض',
  agreed: 'الاتفاق مع الآخرين',
  pace: 'وقت كل قرار',
  ofPairs: (share, pairs) => `${share} من ${String(pairs)}`,
  empty: 'لم يبتّ أحد في شيء بعد.',
  agreement: (same, pairs) => `حكم اثنان على ${countedOf(pairs, ANSWERS)}، واتفقا في ${same}.`,
  alpha: alpha => `ألفا كريبندورف: ${alpha} (1 اتفاق تام، و0 صدفة).`,
  noPairs: 'لم يحكم اثنان على أي إجابة. أطلِق جولة مع “secondOpinions”، أو اضغط O عند إجابة، لتعرف هنا مدى اتفاق المراجعين.',
  hint: 'ما نُقض: ألغاه شخص آخر أو قبله بعد الرفض. وقت كل قرار: من قرار إلى الذي يليه، دون فترات الراحة التي تزيد على خمس دقائق.',
}
