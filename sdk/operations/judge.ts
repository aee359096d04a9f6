import { isDeepStrictEqual } from 'node:util'
import type { AnyBlueprint } from '../blueprints/blueprint.js'
import type { BlueprintImplementation } from '../blueprints/implement.js'
import type { RunParts } from '../blueprints/offered-unit.js'
import { MephistoError } from '../errors.js'
import type { JudgedUnit } from '../ports/special-operations.js'
import type { Runtime } from '../ports/runtime.js'
import { withinMs } from './time-limit.js'

const LONGEST_MS = 10_000

/** An answer after its schema, what it is for, whose it is, and what the hooks of its run get. */
interface Answered {
  readonly answer: unknown
  readonly unit: JudgedUnit
  readonly runId: string
  readonly agentId: string
  readonly parts: () => Promise<RunParts<AnyBlueprint>>
}

/** Whether an answer is right, by the blueprint's judge or by what was expected; null when nobody can tell. Never throws. */
export async function verdictOn({ blueprint, server: { judge } }: BlueprintImplementation, runtime: Pick<Runtime, 'logger'>, { answer, unit, ...about }: Answered): Promise<boolean | null> {
  const expected: unknown = unit.expected === null ? null : JSON.parse(unit.expected)
  if (!judge) return expected === null ? null : isAsExpected(answer, expected)
  return asked(runtime, { blueprint: blueprint.type, hook: 'judge', ...about }, own => judge(answer, { ...own, input: JSON.parse(unit.input) as unknown, expected, kind: unit.kind }))
}

/** Whether an answer shows that the page was read, by the blueprint; null when nobody can tell. Never throws. */
export async function attentionOf({ blueprint, server: { passesAttention } }: BlueprintImplementation, runtime: Pick<Runtime, 'logger'>, { answer, unit, ...about }: Answered): Promise<boolean | null> {
  if (!passesAttention) return null
  return asked(runtime, { blueprint: blueprint.type, hook: 'passesAttention', ...about }, own => passesAttention(answer, { ...own, input: JSON.parse(unit.input) as unknown }))
}

/** What a hook says; null for nothing, and for one that fails. */
async function asked(
  { logger }: Pick<Runtime, 'logger'>,
  { parts, ...about }: Omit<Answered, 'answer' | 'unit'> & { readonly blueprint: string; readonly hook: string },
  hook: (own: RunParts<AnyBlueprint>) => unknown,
): Promise<boolean | null> {
  try {
    const verdict = await withinMs(LONGEST_MS, async () => hook(await parts()))
    if (typeof verdict === 'boolean' || verdict === null) return verdict
    throw new MephistoError('internal', `it gave ${typeof verdict} where true, false or null was expected`)
  } catch (error) {
    logger.error({ err: error, ...about }, 'a hook of a blueprint failed; what it was asked stays open')
    return null
  }
}

/** Every field of what was expected is the same in the answer; what is no object must be the same as a whole. */
export function isAsExpected(answer: unknown, expected: unknown): boolean {
  if (typeof expected !== 'object' || expected === null || Array.isArray(expected)) return isDeepStrictEqual(answer, expected)
  return typeof answer === 'object' && answer !== null && Object.entries(expected).every(([field, value]) => isDeepStrictEqual((answer as Readonly<Record<string, unknown>>)[field], value))
}
