import type { BlockScope } from '../../../sdk/data-model/block-scope.js'
import type { Money } from '../../../sdk/data-model/money.js'
import type { Reopening } from '../../../sdk/protocol/people-requests.js'
import type { ReopenableView, WorkerView } from '../../../sdk/protocol/people-views.js'
import type { ActDraft } from '../kit/act-sheet.js'
import type { PeopleStep } from './use-people-act.js'
import type { PeopleLanguage } from './grant-draft.js'
import { instantOf } from '../kit/local-moment.js'

/** How much of somebody's work can be given to others, each with all before it. */
export const REOPENINGS: readonly Reopening[] = ['nothing', 'under_way', 'undecided', 'accepted']

/** What of a block is filled in. */
export interface BlockTerms {
  readonly scope: BlockScope
  /** The id of a run, or the name or id of a task or project. */
  readonly place: string
  readonly reason: string
  /** As a field for a day and a time has it. */
  readonly until: string
  readonly isSoft: boolean
  readonly reopen: Reopening
  readonly verdict: 'soft_reject' | 'reject'
}

/** What a block begins with: everywhere, for good, and nobody's work is touched. Of answers that are given to others, the pay is kept. */
export const NEW_BLOCK: BlockTerms = { scope: 'everywhere', place: '', reason: '', until: '', isSoft: false, reopen: 'nothing', verdict: 'soft_reject' }

/** Whom a block is about, and what is known of their work there. */
export interface BlockSubject {
  readonly worker: WorkerView
  /** What the place is called. */
  readonly placeName: string
  /** Undefined while nobody knows. */
  readonly reopenable: ReopenableView | undefined
}

/** What a block asks for and does, as far as it is filled in. While nobody knows what it gives to others, it cannot be sent. Pure. */
export function blockDraft({ worker, placeName, reopenable }: BlockSubject, terms: BlockTerms, language: PeopleLanguage): ActDraft<PeopleStep> {
  const { texts: { blocks: texts, notAMoment }, formats } = language
  const { scope, reason, isSoft, reopen, verdict } = terms
  const place = terms.place.trim()
  const until = instantOf(terms.until)
  if (until === undefined) return { step: null, effects: [notAMoment] }
  if (scope !== 'everywhere' && place === '') return { step: null, effects: [texts.nameThePlace] }
  const effects = [
    texts.noNewWork(worker.pseudonym, scope === 'everywhere' ? texts.places.everywhere : texts.places[scope](placeName)),
    until === null ? texts.endsByLift : texts.endsOn(formats.moment(until)), isSoft ? texts.notTold : texts.told,
    ...(reopenable ? reopeningEffects(reopenable, terms, language) : [texts.looking]),
  ]
  if (reason.trim() === '' || !reopenable) return { step: null, effects }
  return {
    effects,
    step: {
      verb: 'block',
      request: {
        people: [{ workerId: worker.id }], scope, scopeId: scope === 'everywhere' ? null : place, reason: reason.trim(), until, isSoft, reopen,
        verdict: reopen === 'undecided' || reopen === 'accepted' ? verdict : null,
      },
    },
  }
}

function reopeningEffects({ underWay, undecided, accepted }: ReopenableView, { reopen, verdict }: BlockTerms, { texts: { blocks: texts }, formats }: PeopleLanguage): readonly string[] {
  if (reopen === 'nothing') return [texts.workStays(underWay.units)]
  const moneyText = (pay: readonly Money[]): string => pay.map(formats.money).join(' + ')
  const fate = verdict === 'reject' ? texts.rejected : texts.softRejected
  const answers = [
    ...(reopen === 'under_way' || undecided.units === 0 ? [] : [{ ...undecided, name: texts.waitingAnswers(undecided.units) }]),
    ...(reopen !== 'accepted' || accepted.units === 0 ? [] : [{ ...accepted, name: texts.acceptedAnswers(accepted.units) }]),
  ]
  return [
    texts.takenBack(underWay.units),
    ...answers.map(({ name, pay }) => fate(name, moneyText(pay))),
    ...(reopen === 'under_way' ? [] : answers.length === 0 ? [texts.noAnswers] : [texts.doneAgain(answers.reduce((sum, { units }) => sum + units, 0), moneyText(summed(answers.flatMap(({ pay }) => pay)))), texts.kept]),
  ]
}

function summed(amounts: readonly Money[]): readonly Money[] {
  const sums = new Map<string, number>()
  for (const { currency, minor } of amounts) sums.set(currency, (sums.get(currency) ?? 0) + minor)
  return [...sums].map(([currency, minor]) => ({ currency, minor }))
}
