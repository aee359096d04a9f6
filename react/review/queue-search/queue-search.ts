import type { QueueQuery } from '../../../sdk/protocol/review-requests.js'
import { instantOf, localText } from '../kit/local-moment.js'

/** Which answers of a run are looked for; all that is given must hold. @default order oldest, and all of them */
export type QueueSearch = Omit<QueueQuery, 'run' | 'statuses' | 'cursor' | 'limit'>

/** A search as it is filled in. */
export interface SearchDraft {
  readonly order: 'oldest' | 'newest'
  readonly text: string
  readonly worker: string
  /** `<field> <JSON of the value>`; empty for anything. */
  readonly answer: string
  readonly kind: string
  /** Seconds. */
  readonly least: string
  readonly most: string
  /** As `datetime-local` writes it, in the reader's time zone. */
  readonly from: string
  readonly before: string
  readonly isDisputed: boolean
  /** Reviewers do not agree. */
  readonly isContested: boolean
  /** Id of the one item that is looked at; empty for all. */
  readonly assignment: string
}

/** What is wrong with a field. */
export type SearchProblem = 'wrongSeconds' | 'wrongRange'

/** Nothing that is looked for. */
export const EVERYTHING: QueueSearch = {}

/** How many conditions a search has; its order is none. Pure. */
export function countOf(search: QueueSearch): number {
  return Object.keys(search).filter(name => name !== 'order').length
}

/** What to fill in for a search. Pure. */
export function draftOf({ order = 'oldest', text = '', worker, answer, kinds, leastMs, mostMs, from, before, isDisputed, opinions, assignment = '' }: QueueSearch): SearchDraft {
  const secondsOf = (ms: number | undefined): string => (ms === undefined ? '' : String(ms / 1_000))
  return {
    order, text, worker: worker && 'pseudonym' in worker ? worker.pseudonym : '', answer: answer ? answerKey(answer.field, answer.value) : '', kind: kinds?.[0] ?? '',
    least: secondsOf(leastMs), most: secondsOf(mostMs), from: localText(from ?? null), before: localText(before ?? null), isDisputed: isDisputed === true, isContested: opinions === 'differ', assignment,
  }
}

/** The search that a draft means, or what is wrong with its fields. Pure. */
export function searchOf(draft: SearchDraft): { readonly search: QueueSearch } | { readonly problems: Readonly<Partial<Record<'least' | 'most', SearchProblem>>> } {
  const [least, most] = [msOf(draft.least), msOf(draft.most)]
  const problems = {
    ...(least === 'wrong' ? { least: 'wrongSeconds' as const } : {}),
    ...(most === 'wrong' ? { most: 'wrongSeconds' as const } : typeof most === 'number' && typeof least === 'number' && most < least ? { most: 'wrongRange' as const } : {}),
  }
  if (Object.keys(problems).length > 0) return { problems }
  const [text, worker, from, before] = [draft.text.trim(), draft.worker.trim(), instantOf(draft.from) ?? null, instantOf(draft.before) ?? null]
  return {
    search: {
      ...(draft.order === 'oldest' ? {} : { order: draft.order }), ...(text === '' ? {} : { text }), ...(worker === '' ? {} : { worker: { pseudonym: worker } }),
      ...(draft.answer === '' ? {} : { answer: answerOf(draft.answer) }), ...(draft.kind === '' ? {} : { kinds: [draft.kind as NonNullable<QueueSearch['kinds']>[number]] }),
      ...(typeof least === 'number' ? { leastMs: least } : {}), ...(typeof most === 'number' ? { mostMs: most } : {}),
      ...(from === null ? {} : { from }), ...(before === null ? {} : { before }),
      ...(draft.isDisputed ? { isDisputed: true as const } : {}), ...(draft.isContested ? { opinions: 'differ' as const } : {}), ...(draft.assignment === '' ? {} : { assignment: draft.assignment }),
    },
  }
}

/** How a choice of a field is named in a draft. Pure. */
export function answerKey(field: string | null, value: string | number | boolean): string {
  return JSON.stringify([field, value])
}

function answerOf(key: string): NonNullable<QueueSearch['answer']> {
  const [field, value] = JSON.parse(key) as [string | null, string | number | boolean]
  return { field, value }
}

function msOf(seconds: string): number | 'wrong' | null {
  if (seconds.trim() === '') return null
  const value = Number(seconds)
  return Number.isInteger(value) && value >= 0 ? value * 1_000 : 'wrong'
}
