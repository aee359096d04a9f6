import { isDeepStrictEqual } from 'node:util'
import type { BlueprintImplementation } from '../blueprints/implement.js'
import type { JudgedUnit } from '../ports/special-operations.js'
import type { Runtime } from '../ports/runtime.js'
import { withinMs } from './time-limit.js'

const LONGEST_MS = 10_000

/** Whether an answer is right, by the blueprint's judge or by what was expected; null when nobody can tell. Never throws. */
export async function verdictOn({ blueprint, server }: BlueprintImplementation, { logger }: Pick<Runtime, 'logger'>, { answer, unit }: { readonly answer: unknown; readonly unit: JudgedUnit }): Promise<boolean | null> {
  const expected: unknown = unit.expected === null ? null : JSON.parse(unit.expected)
  const { judge } = server
  if (!judge) return expected === null ? null : isAsExpected(answer, expected)
  try {
    const verdict: unknown = await withinMs(LONGEST_MS, () => judge(answer, { input: JSON.parse(unit.input) as unknown, expected, kind: unit.kind }))
    if (typeof verdict === 'boolean' || verdict === null) return verdict
    throw new TypeError(`it gave ${typeof verdict} where true, false or null was expected`)
  } catch (error) {
    logger.error({ error, blueprint: blueprint.type }, 'the judge of a blueprint failed; its unit is left to the reviewers')
    return null
  }
}

/** Every field of what was expected is the same in the answer; what is no object must be the same as a whole. */
export function isAsExpected(answer: unknown, expected: unknown): boolean {
  if (typeof expected !== 'object' || expected === null || Array.isArray(expected)) return isDeepStrictEqual(answer, expected)
  return typeof answer === 'object' && answer !== null && Object.entries(expected).every(([field, value]) => isDeepStrictEqual((answer as Readonly<Record<string, unknown>>)[field], value))
}
