import type { FeedbackTopic, RemarkKind, RemarkStatus } from '../../../sdk/data-model/remark.js'

const kinds: Readonly<Record<RemarkKind, string>> = { opinion: 'Opinion', feedback: 'Feedback', tip: 'Tip', error: 'Page error' }
const filters: Readonly<Record<RemarkKind | 'all', string>> = { all: 'Everything', opinion: 'Opinions', feedback: 'Feedback', tip: 'Tips', error: 'Page errors' }
const statuses: Readonly<Record<RemarkStatus, string>> = { new: 'New', reviewed: 'Reviewed', approved: 'Shown to others', declined: 'Declined' }
const topics: Readonly<Record<FeedbackTopic, string>> = { item: 'the item', instructions: 'the instructions', page: 'the page', pay: 'the pay', other: 'something else' }

/** Texts of what workers say besides their answers, in English. */
export const REMARK_TEXTS = {
  kinds,
  filters,
  statuses,
  show: 'Show',
  newOnly: 'New ones only',
  nothingNew: 'Nothing new. What was looked at before is there when "New ones only" is off.',
  empty: 'Nobody has said anything yet.',
  erased: 'What was said is erased.',
  markReviewed: 'Mark as reviewed',
  markNew: 'Mark as new',
  files: 'Files',
  about: (topic: FeedbackTopic): string => `About: ${topics[topic]}`,
  othersRead: 'Others read',
  title: 'Title',
  whatOthersRead: 'What others read',
  showToOthers: 'Show to others',
  editAndShow: 'Edit and show',
  showNoMore: 'Show no more',
  decline: 'Decline',
}
