import { MOST_ASSIGNEES } from '../../data-model/assignee.js'
import type { RunConfig, TaskRun } from '../../data-model/entities.js'
import { isNameless } from '../../data-model/erasure.js'
import { MephistoError } from '../../errors.js'
import { nameText } from '../../protocol/text.js'

/** Whom each row of data is for. */
export interface AssigneeRule {
  /** External ids at the run's provider; `index` counts the rows from 0. */
  readonly of: (row: unknown, index: number) => unknown
  /** So many people answer each item: fewer could never finish it. */
  readonly unitsPerAssignment: number
}

/** What rows of a run must say of whom they are for: nothing where they are for everybody. */
export function assigneeRule({ unitsPerAssignment, config }: Pick<TaskRun, 'unitsPerAssignment'> & { readonly config: Pick<RunConfig, 'hasAssignees'> }, of: AssigneeRule['of']): AssigneeRule | undefined {
  return config.hasAssignees ? { of, unitsPerAssignment } : undefined
}

/** What was named for a row, which counts from 1, and what has not happened because it does not do. */
interface Named {
  readonly given: unknown
  readonly number: number
  readonly consequence: string
}

const name = nameText(200)

/** Checks whom a row is for. @throws MephistoError `invalid_input`, naming the row */
export function checkAssignees({ unitsPerAssignment }: Pick<AssigneeRule, 'unitsPerAssignment'>, { given, number, consequence }: Named): readonly string[] {
  const problem = problemOf(given, unitsPerAssignment)
  if (problem === null) return (given as readonly string[]).map(one => name.parse(one))
  throw new MephistoError('invalid_input', `Option "assignees" ${problem} for data row ${String(number)}. ${consequence}`)
}

/** What is wrong with a list of names; null for nothing. */
function problemOf(given: unknown, wanted: number): string | null {
  if (!Array.isArray(given)) return `must give a list of external ids, not ${given === null ? 'null' : typeof given},`
  if (given.length > MOST_ASSIGNEES) return `names ${String(given.length)} people, more than ${String(MOST_ASSIGNEES)},`
  const parsed = given.map((one: unknown) => name.safeParse(one))
  const bad = parsed.findIndex(({ success }) => !success)
  if (bad >= 0) return `must give names of 1 to 200 characters, without control characters, which number ${String(bad + 1)} is not,`
  const names = parsed.flatMap(({ data }) => data ?? [])
  const nameless = names.find(isNameless)
  if (nameless !== undefined) return `names "${nameless}", which stands for somebody whose name was taken away,`
  const twice = names.find((one, index) => names.indexOf(one) < index)
  if (twice !== undefined) return `names "${twice}" twice`
  if (names.length >= wanted) return null
  return names.length === 0 ? 'names nobody' : `names ${String(names.length)} ${names.length === 1 ? 'person' : 'people'}, and ${String(wanted)} are to answer each item (unitsPerAssignment),`
}
