import type { FeedbackTopic } from '../../../../sdk/data-model/remark.js'
import type { ReviewTexts } from '../english.js'

const topics: Readonly<Record<FeedbackTopic, string>> = { item: 'العنصر', instructions: 'التعليمات', page: 'الصفحة', pay: 'الأجر', other: 'أمر آخر' }

/** Texts of what workers say besides their answers, in Arabic. */
export const ARABIC_REMARKS: ReviewTexts['remarks'] = {
  kinds: { opinion: 'رأي', feedback: 'تعليق', tip: 'نصيحة', error: 'خطأ في الصفحة' },
  filters: { all: 'الكل', opinion: 'آراء', feedback: 'تعليقات', tip: 'نصائح', error: 'أخطاء في الصفحة' },
  statuses: { new: 'جديدة', reviewed: 'اطُّلع عليها', approved: 'معروضة للآخرين', declined: 'مستبعدة' },
  show: 'عرض',
  newOnly: 'الجديدة فقط',
  nothingNew: 'لا جديد. لرؤية ما اطُّلع عليه من قبل، ألغِ «الجديدة فقط».',
  empty: 'لم يقل أحد شيئًا بعد.',
  erased: 'مُحي ما قيل.',
  markReviewed: 'تعليمها بأنه اطُّلع عليها',
  markNew: 'تعليمها جديدة',
  files: 'الملفات',
  about: topic => `بشأن: ${topics[topic]}`,
  othersRead: 'يقرأ الآخرون',
  title: 'العنوان',
  whatOthersRead: 'ما يقرؤه الآخرون',
  showToOthers: 'عرضها للآخرين',
  editAndShow: 'تعديلها وعرضها',
  showNoMore: 'إيقاف عرضها',
  decline: 'استبعادها',
}
