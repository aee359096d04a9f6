import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { MephistoError } from '../sdk/errors.js'
import type { OriginalRow, OriginalSource } from '../sdk/ports/original-source.js'
import { chooseDriver, type SqliteValue } from './sqlite/drivers.js'
import { isBusy, messageOf } from './sqlite/errors.js'
import { openingError } from './sqlite/open.js'

const NEEDED = ['projects', 'tasks', 'requesters', 'task_runs', 'assignments', 'units', 'workers', 'agents', 'qualifications', 'granted_qualifications']
const WAIT_MS = 5_000

/**
 * Opens the database file of the original Mephisto. Nothing is written to it.
 * @throws MephistoError `not_found` for a file that is not there, `invalid_input` for a database of something else
 */
export function openOriginal(file: string): OriginalSource {
  if (!existsSync(file)) throw new MephistoError('not_found', `There is no ${file}. Name the data folder of the original Mephisto, the one that holds database.db.`)
  try {
    const database = chooseDriver().open(`${pathToFileURL(file).href}?mode=ro`, WAIT_MS)
    const read = (sql: string, values: SqliteValue[] = []): readonly OriginalRow[] => {
      const statement = database.prepare(sql)
      const names = statement.columns().map(column => column.name)
      return statement.all(values).map(row => Object.fromEntries(row.map((value, index) => [names[index] ?? '', plain(value)])))
    }
    try {
      const tables = new Set(read("SELECT name FROM sqlite_master WHERE type = 'table'").map(row => String(row['name'])))
      const missing = NEEDED.filter(table => !tables.has(table))
      if (missing.length > 0) throw new MephistoError('invalid_input', `${file} is not a database of the original Mephisto: it has no table ${missing.join(', ')}.`)
      return {
        close: () => { database.close() },
        rows: (table, where) => {
          if (!tables.has(table)) return []
          // Ids are numbers there; as texts SQLite compares them by what the column holds.
          const condition = where === undefined ? '' : `WHERE "${where.column}" = ?`
          try {
            return read(`SELECT * FROM "${table}" ${condition} ORDER BY creation_date, rowid`, where === undefined ? [] : [where.value])
          } catch (error) {
            throw isBusy(error) ? openingError(file, WAIT_MS, error) : unreadable(file, table, error)
          }
        },
      }
    } catch (error) {
      database.close()
      throw error
    }
  } catch (error) {
    throw openingError(file, WAIT_MS, error)
  }
}

function unreadable(file: string, table: string, error: unknown): MephistoError {
  return new MephistoError('invalid_input', `${file}: its table ${table} cannot be read; it is damaged, or not as the original Mephisto made it. Restore a backup of it. (SQLite: ${messageOf(error)})`, { cause: error })
}

/** A number that JavaScript has not room for stays a text, as ids do. */
function plain(value: SqliteValue): string | number | null {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value
}
