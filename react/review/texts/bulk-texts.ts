import { of } from './counted.js'

/** Texts of deciding several answers at once, in English. */
export const BULK_TEXTS = {
  label: 'Chosen answers',
  chosen: (count: number): string => `${of(count, 'answer', 'answers')} chosen`,
  choose: (what: string): string => `Choose: ${what}`,
  chooseAll: 'Choose all that are shown',
  clear: 'Choose none',
  verdicts: { approve: 'Approve', soft_reject: 'Soft-reject', reject: 'Reject' },
  titles: {
    approve: (count: number): string => `Approve ${of(count, 'answer', 'answers')}?`,
    soft_reject: (count: number): string => `Soft-reject ${of(count, 'answer', 'answers')}?`,
    reject: (count: number): string => `Reject ${of(count, 'answer', 'answers')}?`,
  },
  /** `people`: null where it is not told whose they are. */
  whose: (answers: number, people: number | null, items: number): string => `${of(answers, 'answer', 'answers')}${people === null ? '' : ` of ${of(people, 'person', 'people')}`} to ${of(items, 'item', 'items')}.`,
  paid: (money: string): string => `${money} becomes theirs.`,
  notPaid: (money: string): string => `They are not paid: ${money} that was held for it is free again.`,
  notUsed: 'The answers are not used.',
  notReopened: 'No work is opened again by it.',
  why: 'Why are they rejected?',
  note: 'Note (optional)',
}
