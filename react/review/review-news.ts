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

type Outcomes = DecideReply['outcomes']

/** What the server made of a decision: all of it, or a part, or nothing, and then why. */
export function outcomeNews({ units, verdict }: Decided, outcomes: Outcomes, texts: ReviewTexts): NewsContent {
  const [refused, kept] = [outcomes.filter(({ decided, opinion }) => !decided && opinion === null), outcomes.filter(({ opinion }) => opinion !== null)]
  const left = unitsOf(units, refused)
  const why = refused[0]?.message ?? texts.news.faster
  if (left.length > 0 && left.length === units.length) return notDecidedNews(left, why, texts)
  const done = units.filter(unit => !left.includes(unit) && !unitsOf([unit], kept).includes(unit))
  const told = [
    ...(done.length > 0 ? [decidedNews({ units: done, verdict }, true, texts).text] : []), ...(kept.length > 0 ? [keptText(unitsOf(units, kept), kept, texts)] : []),
  ].join('. ')
  const said = kept[0]?.message ? `${told}. ${kept[0].message}` : told
  if (left.length > 0) return { kind: 'not_done', text: texts.news.inPart(said, subjectOf(left, texts), why), unitId: null, canUndo: true, isUndone: false }
  return { kind: 'done', text: said, unitId: onlyId(units), canUndo: true, isUndone: false }
}

function unitsOf(units: readonly ReviewUnitView[], outcomes: Outcomes): readonly ReviewUnitView[] {
  return units.filter(({ unitId }) => outcomes.some(outcome => outcome.unitId === unitId))
}

/** That verdicts are kept and decide nothing yet. */
function keptText(units: readonly ReviewUnitView[], kept: Outcomes, texts: ReviewTexts): string {
  const opinions = new Set(kept.map(({ opinion }) => opinion))
  const [only] = opinions
  return only && only !== 'taken_back' && opinions.size === 1 ? texts.news.about(texts.news.opined[only], subjectOf(units, texts)) : texts.news.opinedToo(kept.length)
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
