import { MephistoError } from '../../sdk/errors.js'
import type { OfRunFilter } from '../../sdk/ports/entity-operations.js'
import { sql, type Sql } from './sql.js'
import type { Statements } from './statements.js'

/** Makes the condition of a filter from what the caller gave. @throws MephistoError `invalid_input`, naming the filter */
export type Filter = (value: unknown, name: string) => Sql

const LARGEST_INT = 2 ** 31 - 1

/** A text that rows are looked up by, as names and keys are kept: without blanks around it. */
export function lookedUp(value: unknown, name: string): string {
  if (typeof value !== 'string') throw refused(name, 'must be a text')
  if (/[\0\p{Cs}]/u.test(value)) throw refused(name, 'holds a character that cannot be stored (U+0000 or half of a character)')
  return value.trim()
}

/** A filter by a text. */
export function matching(condition: (text: string) => Sql): Filter {
  return (value, name) => condition(lookedUp(value, name))
}

/** A filter by a column that holds this text. */
export function equal(column: Sql): Filter {
  return matching(text => sql`${column} = ${text}`)
}

/** A filter by a column that holds one of a list of known words. */
export function among(db: Statements, column: Sql, known: readonly string[]): Filter {
  return (value, name) => {
    const words = listOf(value, name)
    const unknown = words.find(word => !known.includes(word))
    if (unknown !== undefined) throw refused(name, `must be of ${known.join(', ')}, not "${unknown}"`)
    // With a single one an index on it and the sort still gives the order.
    const [only] = words
    return words.length === 1 && only !== undefined ? sql`${column} = ${only}` : sql`${column} IN ${db.grammar.oneOf(words)}`
  }
}

/** A filter by a list of at most `most` ids. */
export function idsIn(db: Statements, column: Sql, most: number): Filter {
  return (value, name) => {
    const ids = listOf(value, name)
    if (ids.length > most) throw refused(name, `must be at most ${String(most)}; ask for more in several calls`)
    return sql`${column} IN ${db.grammar.oneOf(ids)}`
  }
}

/** A filter by yes or no. */
export function either(yes: Sql, no: Sql): Filter {
  return (value, name) => {
    if (typeof value !== 'boolean') throw refused(name, 'must be true or false')
    return value ? yes : no
  }
}

/** A filter by a small whole number. */
export function counted(condition: (number: number) => Sql): Filter {
  return (value, name) => condition(whole(value, name, LARGEST_INT))
}

/** A filter by an instant from which on. */
export function atLeast(column: Sql): Filter {
  return (value, name) => sql`${column} >= ${whole(value, name)}`
}

/** A filter by an instant before which. */
export function below(column: Sql): Filter {
  return (value, name) => sql`${column} < ${whole(value, name)}`
}

/** Filters by the run that rows belong to. */
export function ofRun(db: Statements, runId: Sql): Readonly<Record<keyof OfRunFilter, Filter>> {
  const inRuns = (condition: (text: string) => Sql): Filter => matching(text => sql`${runId} IN (SELECT r.id FROM ${db.table('task_run')} r WHERE ${condition(text)})`)
  return {
    runId: equal(runId),
    taskId: inRuns(id => sql`r.task_id = ${id}`),
    projectId: inRuns(id => sql`r.task_id IN (SELECT t.id FROM ${db.table('task')} t WHERE t.project_id = ${id})`),
    requesterId: inRuns(id => sql`r.requester_id = ${id}`),
    provider: inRuns(provider => sql`r.provider = ${provider}`),
    blueprintType: inRuns(type => sql`r.blueprint_type = ${type}`),
  }
}

function listOf(value: unknown, name: string): string[] {
  if (!Array.isArray(value)) throw refused(name, 'must be a list')
  return [...new Set((value as readonly unknown[]).map(item => lookedUp(item, name)))]
}

function whole(value: unknown, name: string, largest = Number.MAX_SAFE_INTEGER): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || Math.abs(value) > largest) throw refused(name, `must be a whole number up to ${String(largest)}`)
  return value
}

function refused(name: string, what: string): MephistoError {
  return new MephistoError('invalid_input', `${name}: ${what}.`)
}
