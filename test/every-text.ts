import { onTarget } from './scenarios/promise-target.js'
import type { Target } from './scenarios/promise-open.js'

/** A text that stands somewhere in a database. */
export interface StoredText {
  readonly table: string
  readonly column: string
  readonly text: string
}

const TABLES = {
  sqlite: "SELECT name AS table_name FROM sqlite_master WHERE type = 'table'",
  postgresql: "SELECT table_schema || '.' || table_name AS table_name FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')",
  mysql: 'SELECT table_name AS table_name FROM information_schema.tables WHERE table_schema = database()',
} as const

/** Every text of every column of every table that there is, whoever made it: what a dump of the database holds. */
export async function everyText(target: Target): Promise<readonly StoredText[]> {
  return onTarget(target, async query => {
    const found: StoredText[] = []
    for (const { table_name: table } of await query(TABLES[target.kind]) as readonly { table_name: string }[]) {
      for (const row of await query(`SELECT * FROM ${table}`)) {
        for (const [column, value] of Object.entries(row)) if (typeof value === 'string') found.push({ table, column, text: value })
      }
    }
    return found
  })
}
