import { existsSync } from 'node:fs'
import { Option, type Command } from 'commander'
import { openDatabase, type DatabaseAddress } from '../../prisma/open-database.js'
import { MephistoError } from '../errors.js'
import type { MephistoDb } from '../ports/mephisto-db.js'

/** The options that name a database. */
export interface DatabaseChoice {
  readonly db?: string
  readonly dbSchema?: string
  readonly prefix?: string
}

/** Adds the options that name a database to a command. */
export function withDatabaseOptions(command: Command): Command {
  return command
    .addOption(new Option('--db <file or address>', 'an SQLite file, postgresql://…, cockroachdb://… or mysql://…').env('MEPHISTO_DB'))
    .option('--db-schema <name>', 'the database schema of the tables on PostgreSQL (default: what the address says, else mephisto)')
    .option('--prefix <text>', 'what the names of the tables begin with (default: mephisto_)')
}

/** The database that was chosen. @throws MephistoError `invalid_options` when none was */
export function addressOf({ db, dbSchema, prefix }: DatabaseChoice): DatabaseAddress {
  if (db === undefined) throw new MephistoError('invalid_options', 'Which database? Give --db <file or address> or set MEPHISTO_DB.')
  // A command lives too short to keep plans, and the connection may be a pooler's.
  return { at: db, preparedStatements: false, ...(dbSchema === undefined ? {} : { schema: dbSchema }), ...(prefix === undefined ? {} : { prefix }) }
}

/** True for the path of a file; false for the address of a server. */
export function isFile(at: string): boolean {
  return !/^(?!file:)[a-z][a-z\d+.-]+:/i.test(at)
}

/** The database that was chosen, and is there as far as a file can be seen. @throws MephistoError `not_found` for a file that is not there */
export function existingAddress(choice: DatabaseChoice): DatabaseAddress {
  const address = addressOf(choice)
  if (!isFile(address.at) || existsSync(address.at.replace(/^file:(?:\/\/)?/, ''))) return address
  throw new MephistoError('not_found', `There is no database file ${address.at}. Check --db or MEPHISTO_DB.`)
}

/**
 * Opens the database that was chosen for the time of `work`. A file is brought up to date; a server's tables are only looked at.
 * @throws MephistoError `not_found` for a file that is not there
 */
export async function withDatabase(choice: DatabaseChoice, work: (db: MephistoDb) => Promise<void>): Promise<void> {
  const address = existingAddress(choice)
  return withOpenDatabase(address, isFile(address.at), work)
}

/** As {@link withDatabase}, and changes nothing: tables that are not up to date are an error. */
export async function withDatabaseAsItIs(choice: DatabaseChoice, work: (db: MephistoDb) => Promise<void>): Promise<void> {
  return withOpenDatabase(existingAddress(choice), false, work)
}

async function withOpenDatabase(address: DatabaseAddress, migrate: boolean, work: (db: MephistoDb) => Promise<void>): Promise<void> {
  const db = await openDatabase(address, { migrate })
  try {
    await work(db)
  } finally {
    await db.close()
  }
}
