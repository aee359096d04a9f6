import type { BlockScope } from '../../../sdk/data-model/block-scope.js'
import { of } from './counted.js'

const scopes: Readonly<Record<BlockScope, string>> = { run: 'In this run', task: 'In all runs of the task', project: 'In the whole project', everywhere: 'Everywhere' }

/** Texts of what goes with a verdict, in English. */
export const EXTRAS_TEXTS = {
  title: 'More with it',
  isFilled: '(filled in)',
  message: 'Message to the worker',
  messageHint: 'They read it on the task’s page. The note above stays with you.',
  bonus: (currency: string): string => `Bonus in ${currency}`,
  bonusHint: 'On top of the pay of each answer.',
  notMoney: (currency: string): string => `Write an amount of ${currency} above zero, such as 0.50.`,
  grant: 'Give a qualification',
  revoke: 'Take a qualification away',
  none: 'None',
  notWhole: 'The value of a qualification is a whole number.',
  both: 'The same qualification cannot be given and taken away.',
  block: 'Block the worker',
  notBlocked: 'No',
  scopes,
  requeue: 'Have somebody else do this work',
  asOpinion: 'Have somebody else judge it too',
  noOpinion: 'A rejection is taken back at once. Untick that somebody else judges it too.',
  opinionAlone: 'What goes with a verdict is for whoever decides. Leave it out, or untick that somebody else judges it too.',
  noBonus: 'Rejected work is not paid, and gets no bonus. Soft-reject it, or clear the bonus.',
  noRequeue: 'Accepted work is not done again. Untick that somebody else does it.',
  sayWhy: 'Say in the note why the worker is blocked.',
  hadBonus: (money: string): string => `With a bonus of ${money}`,
  got: (qualification: string, value: string): string => `Given: ${qualification} (${value})`,
  lost: (qualification: string): string => `Taken away: ${qualification}`,
  wasBlocked: 'The worker was blocked',
  wasUnread: 'Nobody read it: approved with the rest, after a random sample',
  wasRequeued: 'Others were asked to do the work',
  wouldDecide: (verdict: string): string => `Would decide: ${verdict}`,
  wrote: 'To the worker:',
  effects: {
    bonus: (money: string): string => `${money} more is theirs, as a bonus.`,
    get: (people: number | null, qualification: string): string => `${who(people, 'gets', 'get')} “${qualification}”.`,
    lose: (people: number | null, qualification: string): string => `${who(people, 'loses', 'lose')} “${qualification}”.`,
    blocked: (people: number | null): string => `${who(people, 'is', 'are')} blocked.`,
    read: (people: number | null): string => `${who(people, 'reads', 'read')} your message.`,
    opinion: 'Your verdict waits for a second one that says the same; where somebody has said so already, it decides.',
    readTwice: (units: number): string => `${of(units, 'answer is', 'answers are')} judged by two: decided where yours is the second verdict and says the same, or else kept.`,
    reopened: (units: number): string => `${of(units, 'unit', 'units')} can be had by others again.`,
  },
}

/** People and what they do, or whoever it is where that is not told. */
function who(people: number | null, one: string, many: string): string {
  return people === null ? `Whoever gave them ${one}` : of(people, `person ${one}`, `people ${many}`)
}
