import type { DecideReply, ReviewUnitView } from '../../sdk/protocol/review-views.js'
import type { DecideStep } from './decisions-under-way.js'
import { mainTextOf } from './text-of.js'
import type { ReviewTexts } from './texts/english.js'

/** What happened last, as a sentence for people. */
export interface ReviewNews {
  /** Different for every piece of news. */
  readonly id: number
  /** `done`: as asked. `not_done`: nothing changed, and the text says why. */
  readonly kind: 'done' | 'not_done'
  readonly text: string
  /** The unit it is about, when there is one. */
  readonly unitId: string | null
  /** Undo makes sense now. */
  readonly canUndo: boolean
  /** The unit was taken back into the queue by an undo. */
  readonly isUndone: boolean
}

/** News before it has its number. */
export type NewsContent = Omit<ReviewNews, 'id'>

const WORDS_SHOWN = 60

/** What a decision is about, in a few words. */
function subjectOf(units: readonly ReviewUnitView[], { common, news }: ReviewTexts): string {
  const [only] = units
  return only && units.length === 1 ? mainTextOf(only.input, WORDS_SHOWN, common) : news.answers(units.length)
}

/** The unit that a decision is about; null for several. */
function onlyId(units: readonly { readonly unitId: string }[]): string | null {
  return units.length === 1 ? units[0]?.unitId ?? null : null
}

type Decided = Pick<DecideStep, 'units' | 'verdict'>

/** A decision was made and is on its way, or has been saved. */
export function decidedNews({ units, verdict }: Decided, isSaved: boolean, texts: ReviewTexts): NewsContent {
  return { kind: 'done', text: texts.news.about((isSaved ? texts.news.done : texts.news.sending)[verdict], subjectOf(units, texts)), unitId: onlyId(units), canUndo: true, isUndone: false }
}

/** What the server made of a decision: all of it, or a part, or nothing, and then why. */
export function outcomeNews({ units, verdict }: Decided, outcomes: DecideReply['outcomes'], texts: ReviewTexts): NewsContent {
  const opined = outcomes.filter(({ opinion }) => opinion !== null)
  const refused = outcomes.filter(({ decided, opinion }) => !decided && opinion === null)
  if (refused.length === 0 && opined.length > 0) return opinedNews({ units, verdict }, opined, texts)
  if (refused.length === 0) return decidedNews({ units, verdict }, true, texts)
  const left = units.filter(({ unitId }) => refused.some(outcome => outcome.unitId === unitId))
  const why = refused[0]?.message ?? texts.news.faster
  if (refused.length === units.length) return notDecidedNews(left, why, texts)
  const done = units.filter(unit => !left.includes(unit) && !opined.some(({ unitId }) => unitId === unit.unitId))
  const said = [...(done.length > 0 ? [decidedNews({ units: done, verdict }, true, texts).text] : []), ...(opined.length > 0 ? [texts.news.opinedToo(opined.length)] : [])]
  return { kind: 'not_done', text: texts.news.inPart(said.join('. ').replace(/\.$/, ''), subjectOf(left, texts), why), unitId: null, canUndo: true, isUndone: false }
}

/** Some verdicts, or all, are kept and decide nothing yet. */
function opinedNews({ units, verdict }: Decided, opined: DecideReply['outcomes'], texts: ReviewTexts): NewsContent {
  const { news } = texts
  const [first] = opined
  const done = units.filter(({ unitId }) => !opined.some(one => one.unitId === unitId))
  const isAll = opined.length === units.length && opined.every(({ opinion }) => opinion === first?.opinion)
  const text = isAll && first?.opinion && first.opinion !== 'taken_back'
    ? news.about(news.opined[first.opinion], subjectOf(units, texts))
    : [...(done.length > 0 ? [`${decidedNews({ units: done, verdict }, true, texts).text}.`] : []), news.opinedToo(opined.length)].join(' ')
  return { kind: 'done', text: first?.message ? `${text}. ${first.message}` : text, unitId: onlyId(units), canUndo: true, isUndone: false }
}

/** A decision did not come about: somebody was faster, the server refused, or it stayed away. */
export function notDecidedNews(units: readonly ReviewUnitView[], why: string, texts: ReviewTexts): NewsContent {
  return { kind: 'not_done', text: texts.news.notDecided(subjectOf(units, texts), why), unitId: onlyId(units), canUndo: false, isUndone: false }
}

/** What the server made of an undo. */
export function undoneNewsOf(outcomes: DecideReply['outcomes'], { news }: ReviewTexts): NewsContent {
  const undone = outcomes.filter(({ decided, opinion }) => decided || opinion === 'taken_back')
  if (undone.length === 0) return notUndoneNews(outcomes[0]?.message ?? news.nothingToUndo)
  return { kind: 'done', text: news.takenBack(undone.length), unitId: undone[0]?.unitId ?? null, canUndo: false, isUndone: true }
}

/** Nothing could be taken back. */
export function notUndoneNews(why: string): NewsContent {
  return { kind: 'not_done', text: why, unitId: null, canUndo: false, isUndone: false }
}
