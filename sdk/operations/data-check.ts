import type { AnyBlueprint } from '../blueprints/blueprint.js'
import { HIGHEST_PRIORITY } from '../data-model/rank.js'
import { describeProblems, MephistoError, problemsOf } from '../errors.js'
import { checkAssignees, type AssigneeRule } from './assignees/check-assignees.js'
import { isTooDeep, jsonText, MOST_LEVELS } from './json-text.js'

/** What rows of data must be. */
export interface RowRule {
  readonly blueprint: AnyBlueprint
  /** How urgent a row is. @default 0 for all */
  readonly priority?: ((row: unknown) => number) | undefined
  /** Whom rows are for. @default everybody */
  readonly assignees?: AssigneeRule | undefined
  /** What a refusal says last: what has not happened because of it. */
  readonly consequence: string
}

/** A row of data as it is stored. */
export interface CheckedRow {
  /** JSON text. */
  readonly input: string
  readonly priority: number
  /** External ids of those whom it is for; empty where rows are for everybody. */
  readonly assignees: readonly string[]
}

/**
 * Checks a row of data against its blueprint's input schema. `number` counts from 1.
 * @throws MephistoError `invalid_input`, naming the row and the path
 */
export async function checkRow(rule: RowRule, row: unknown, number: number): Promise<CheckedRow> {
  return {
    input: await checkInput(rule, row, number), priority: rule.priority === undefined ? 0 : checkPriority(rule, rule.priority(row), number),
    assignees: rule.assignees === undefined ? [] : checkAssignees(rule.assignees, { given: rule.assignees.of(row, number - 1), number, consequence: rule.consequence }),
  }
}

function checkPriority({ consequence }: RowRule, priority: unknown, number: number): number {
  if (typeof priority === 'number' && Number.isInteger(priority) && priority >= 0 && priority <= HIGHEST_PRIORITY) return priority
  throw new MephistoError('invalid_input', `Option "priority" must give a whole number from 0 to ${String(HIGHEST_PRIORITY)} for data row ${String(number)}, not ${String(priority)}. ${consequence}`)
}

async function checkInput({ blueprint, consequence }: RowRule, row: unknown, number: number): Promise<string> {
  if (isTooDeep(row)) throw new MephistoError('invalid_input', `Data row ${String(number)} is nested more than ${String(MOST_LEVELS)} levels deep. ${consequence}`)
  const parsed = await blueprint.input.safeParseAsync(row)
  if (parsed.success) return jsonText(parsed.data, `row ${String(number)}`)
  const problems = problemsOf(parsed.error.issues, `row ${String(number)}`)
  throw new MephistoError('invalid_input', `Data row ${String(number)} does not fit the input schema of "${blueprint.type}": ${describeProblems(problems)}. ${consequence}`, { problems })
}
