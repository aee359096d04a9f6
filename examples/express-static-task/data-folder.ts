import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What the example keeps on disk, apart from its database. */
export interface DataFolder {
  /** Path of the database file. */
  readonly databaseFile: string
  /** Signs links, tokens and sessions. */
  readonly secret: string
  /** What reviewers log in with. */
  readonly password: string
}

const DATABASE = 'mephisto.db'
/** SQLite's own companions of a database file. */
const SUFFIXES = ['', '-wal', '-shm', '-journal']

/** Opens the folder, making it, the secret and the password at the first start. Only their owner can read them. */
export async function openDataFolder(folder: string): Promise<DataFolder> {
  await mkdir(folder, { recursive: true })
  return {
    databaseFile: join(folder, DATABASE),
    secret: await kept(join(folder, 'secret'), () => randomBytes(48).toString('base64url')),
    password: await kept(join(folder, 'password'), () => randomBytes(12).toString('base64url')),
  }
}

/** Deletes the database that the example made; nothing else in the folder. */
export async function deleteDatabase(folder: string): Promise<void> {
  await Promise.all(SUFFIXES.map(suffix => rm(join(folder, DATABASE + suffix), { force: true })))
}

async function kept(file: string, make: () => string): Promise<string> {
  const existing = await readFile(file, 'utf8').catch(() => '')
  if (existing.trim() !== '') {
    await chmod(file, 0o600)
    return existing.trim()
  }
  const made = make()
  await writeFile(file, `${made}\n`, { mode: 0o600 })
  return made
}
