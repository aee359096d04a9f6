import type { ReviewRow } from '../ports/answer-operations.js'
import type { ParsedQueueQuery } from '../protocol/review-requests.js'

/** Whether an answered unit is what somebody looks for. */
export type QueueCondition = (row: ReviewRow) => boolean

type Conditions = Pick<ParsedQueueQuery, 'leastMs' | 'mostMs' | 'text' | 'answer'>

/** The conditions of a query that no index can find, which are looked at unit by unit; empty for none. Pure. */
export function conditionsOf({ leastMs, mostMs, text, answer }: Conditions): readonly QueueCondition[] {
  return [
    ...(leastMs === undefined ? [] : [(row: ReviewRow) => durationOf(row) >= leastMs]),
    ...(mostMs === undefined ? [] : [(row: ReviewRow) => durationOf(row) <= mostMs]),
    ...(text === undefined ? [] : [saying(text)]),
    ...(answer === undefined ? [] : [answering(answer)]),
  ]
}

function durationOf({ completedAt, acceptedAt }: ReviewRow): number {
  return completedAt - acceptedAt
}

/** Texts are compared as people read them: without regard to how large letters are, or to which of two equal forms of a character was typed. */
function saying(sought: string): QueueCondition {
  const plain = plainOf(sought)
  return ({ input, answer }) => [input, answer].some(json => hasText(JSON.parse(json), plain))
}

function hasText(value: unknown, plain: string): boolean {
  if (typeof value === 'string') return plainOf(value).includes(plain)
  if (typeof value === 'number') return String(value) === plain
  return typeof value === 'object' && value !== null && Object.values(value).some(inner => hasText(inner, plain))
}

function plainOf(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}

function answering({ field, value }: NonNullable<Conditions['answer']>): QueueCondition {
  return ({ answer }) => {
    const whole: unknown = JSON.parse(answer)
    const given = field === null ? whole : typeof whole === 'object' && whole !== null && Object.hasOwn(whole, field) ? (whole as Readonly<Record<string, unknown>>)[field] : undefined
    return given === value || (Array.isArray(given) && given.includes(value))
  }
}
