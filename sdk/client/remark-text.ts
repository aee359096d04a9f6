import { FEEDBACK_TOPICS, type FeedbackTopic } from '../data-model/remark.js'

const TOPICS = { item: 'This item', instructions: 'The instructions', page: 'This page', pay: 'The pay', other: 'Something else' } as const satisfies Record<FeedbackTopic, string>

/** What workers read where they can tell the team something. */
export const FEEDBACK = {
  open: 'Report a problem',
  /** Where there is little room; the whole is read out. */
  short: 'Report', about: 'What is it about?', text: 'What should the team know?', send: 'Send', cancel: 'Cancel', close: 'Close',
  thanks: 'Thank you. The team can read it now; you can go on with your work.',
  topics: FEEDBACK_TOPICS.map(topic => [topic, TOPICS[topic]] as const),
} as const
/** What is said of a remark or a file that was refused without a reason. */
export const NOT_SENT = 'It could not be sent.'
