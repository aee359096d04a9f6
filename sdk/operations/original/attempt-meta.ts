import { isTooDeep } from '../json-text.js'
import type { AttemptMeta } from './original-files.js'

/** Where in an imported answer stands what was written down about its attempt: the original had a file of this name. */
const KEY = 'agent_meta'

/** What the original called what workers had to say, and what it is called in the report. */
const SAID: Readonly<Record<string, string>> = { tips: 'tips', feedback: 'texts of feedback', worker_opinion: 'opinions about a task' }

/** An answer with what its worker had to say besides, which is erased with it; null when it has no room for that. Pure. */
export function withMeta(answer: string, { left }: Pick<AttemptMeta, 'left'>): string | null {
  if (Object.keys(left).length === 0) return answer
  const value: unknown = JSON.parse(answer)
  if (typeof value !== 'object' || Array.isArray(value)) return null
  if (value !== null && Object.hasOwn(value, KEY)) return null
  const whole = { ...value, [KEY]: left }
  return isTooDeep(whole) ? null : JSON.stringify(whole)
}

/** What there is of what a worker had to say, in words, each as often as there is one. Pure. */
export function saidIn({ left }: Pick<AttemptMeta, 'left'>): readonly string[] {
  return Object.entries(left).flatMap(([key, value]) => Array.from({ length: Array.isArray(value) ? value.length : 1 }, () => SAID[key] ?? 'other notes about an attempt'))
}
