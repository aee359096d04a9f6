import type { UnitStatus } from '../../../sdk/data-model/lifecycle.js'
import type { VerdictInput } from '../../../sdk/protocol/review-views.js'

const statuses: Readonly<Record<UnitStatus, string>> = {
  created: 'Not open', launched: 'Open', assigned: 'Under way', completed: 'Waiting', accepted: 'Accepted', soft_rejected: 'Soft-rejected', rejected: 'Rejected', expired: 'Expired',
}

/** What each verdict is called, and what it means for the worker. */
const verdicts: Readonly<Record<VerdictInput, { readonly name: string; readonly meaning: string }>> = {
  approve: { name: 'Approve', meaning: 'paid' },
  overturn: { name: 'Approve after all', meaning: 'paid' },
  soft_reject: { name: 'Soft-reject', meaning: 'paid, not used' },
  reject: { name: 'Reject', meaning: 'not paid' },
}

/** Texts of reviewing answers one after the other, in English. What stands in braces is a key. */
export const DESK_TEXTS = {
  title: 'Review',
  screen: 'Screen',
  screens: { answers: 'Answers', remarks: 'Remarks' },
  run: 'Run',
  runOption: (run: string, when: string, state: string): string => `${run}, ${when} (${state})`,
  runState: (status: string, answered: string, total: string): string => `${status}, ${answered}/${total}`,
  noRun: 'There is no run yet. Launch one, and its answers can be reviewed here.',
  download: 'Download',
  money: { spent: 'Spent', reserved: 'Reserved', owed: 'Owed', budget: 'Budget' },
  moneyHints: { spent: 'Accepted work, paid out or still owed', reserved: 'Held for work under way and for answers to review', owed: 'Approved and not yet paid out', budget: 'Cap on spent plus reserved' },
  noCap: 'no cap',
  show: 'Show units that are',
  filters: { waiting: 'Waiting', accepted: 'Accepted', soft_rejected: 'Soft-rejected', rejected: 'Rejected', decided: 'All decided' },
  empty: {
    waiting: 'Nothing is waiting for review. New answers appear here by themselves.', accepted: 'Nothing has been approved yet.', soft_rejected: 'Nothing has been soft-rejected.', rejected: 'Nothing has been rejected.',
    decided: 'Nothing has been decided yet.',
  },
  open: 'Open',
  units: 'Units',
  unit: 'Unit under review',
  gone: 'Somebody else has decided this unit in the meantime. Press J to go on.',
  statuses,
  worker: 'Worker',
  timeTaken: 'Time taken',
  answered: 'Answered',
  pay: 'Pay',
  item: 'Item',
  answer: 'Answer',
  derived: 'From the answer',
  viewFailed: 'The view made for this task could not show this unit, so here are its plain values.',
  by: 'by',
  afterName: ', ',
  verdict: 'Verdict',
  verdicts,
  note: 'Note',
  whyRejected: 'Why is it rejected?',
  whyAsked: 'The worker is not paid for this, so a reason is fair to them and helps you later.',
  howToGoOn: '{Ctrl} {Enter} rejects with the note, {R} again rejects without one, {Esc} keeps it.',
  said: 'What was said',
  transcript: 'Transcript',
  server: 'Server',
  serverFailed: 'Server (failed)',
  erased: 'erased',
  saidAboutIt: 'What the worker said about it',
  fileGone: 'is not kept any more',
  fileAway: 'cannot be shown now',
  keys: {
    approve: 'Approve: paid',
    softReject: 'Soft-reject: paid, not used',
    reject: 'Reject: not paid; asks for a reason; R again goes on without one, Esc keeps the unit',
    note: 'Write a note',
    more: 'More with it: message, bonus, qualifications, block, done again; Esc folds it',
    send: 'In the note: decide (approve, or reject when a reason was asked for)',
    undo: 'Undo your last decision',
    next: 'Next unit',
    previous: 'Unit before',
    choose: 'Choose the unit, to decide several at once with A, S or R; Esc chooses none',
    help: 'This list',
  },
}
