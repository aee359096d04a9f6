import { of } from './counted.js'

/** Texts of checking a random sample, in English. */
export const SAMPLING_TEXTS = {
  title: 'Random sample',
  show: 'Check a random sample',
  isShown: 'Random sample',
  error: 'Check until fewer are wrong than',
  confidence: 'With a confidence of',
  checked: (checked: string, wrong: string): string => `${checked} checked, ${wrong} of them not used.`,
  verdicts: {
    below: (goal: string): string => `Done: fewer than ${goal} are wrong. The rest can be approved.`,
    above: (goal: string): string => `More than ${goal} are wrong. Look at who answered, and at the instructions.`,
  },
  whole: 'Every answer that there is was checked.',
  more: (count: string): string => `${count} more, if all of them are right.`,
  /** Where fewer wait than would have to be right. */
  fewer: (waiting: number): string => `The ${of(waiting, 'answer that waits is', 'answers that wait are')} too few to show it by a sample: check ${waiting === 1 ? 'it' : 'all of them'}.`,
  rest: {
    open: (count: string): string => `Approve the rest (${count})`,
    title: (count: number): string => `Approve ${of(count, 'answer', 'answers')} unread?`,
    paid: (money: string): string => `Up to ${money} becomes theirs.`,
    unread: 'Nobody reads them. They stand as approved unread, and the log says after which check.',
    left: 'Left to be read: what two reviewers judge, what somebody reviews just now, and answers that test their worker.',
    label: 'Approved so far',
    approve: 'Approve unread',
    stop: 'Stop',
    goOn: 'Go on',
    close: 'Close',
    takeBack: 'Take all of it back',
    approved: (count: number): string => `${of(count, 'answer', 'answers')} approved.`,
    remaining: (count: number): string => `${of(count, 'answer was', 'answers were')} left to be read.`,
    takenBack: 'Taken back: they wait again.',
    note: (found: string, goal: { readonly error: string; readonly confidence: string }): string => `Unread, after a random sample: ${found} Fewer than ${goal.error} are wrong (${goal.confidence}).`,
  },
  far: 'Too many were wrong to show it within 10,000 more.',
}
