import { ERASED_TEXT } from '../../data-model/erasure.js'
import { MephistoError } from '../../errors.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import { WRITTEN_TABLES, type Rewriting, type WrittenPage, type WrittenRow, type WrittenTable } from '../../ports/privacy-operations.js'
import { SHORTEST_SOUGHT, withoutName } from './name-in-text.js'
import { bodyWithoutPerson, callWithoutPerson, type Removal } from './person-in-body.js'

/** Rows that one statement looks at. */
const STRETCH = 2_000
const MOST_TRIES = 5

/**
 * Takes a person out of all that was written about them, by them, or with their name in it, a stretch of a table at a time.
 * Holds nothing: each stretch is a statement that reads and one that writes where nobody else has written since. Can be
 * repeated, and goes on with what is left. Leaves the rows by which others of their act are found: they are for a transaction
 * in which no act comes in between. @throws MephistoError `conflict`
 */
export async function rewriteTexts(db: DbOperations, removal: Removal): Promise<void> {
  await inStretches(db, { removal, isWhole: false }, {})
}

/** Does so with all that says that it was written before an instant, when nothing more is to be found by any row. @throws MephistoError `conflict` */
export async function rewriteOldTexts(db: DbOperations, removal: Removal, before: number): Promise<void> {
  await inStretches(db, { removal, isWhole: true }, { before })
}

/** Does so with all that was written since an instant, for a transaction that nothing about the person passes. @throws MephistoError `conflict` */
export async function rewriteNewTexts(tx: DbOperations, removal: Removal, since: number): Promise<void> {
  for (const table of WRITTEN_TABLES) await rewriting(tx, { table, removal, isWhole: true }, async () => ({ rows: await tx.privacy.writtenSince(table, { ...removal, since }), next: null }))
}

/** What is taken away, and whether also from the rows by which others are found: after those, that is. */
interface Rewrite {
  readonly removal: Removal
  readonly isWhole: boolean
}

async function inStretches(db: DbOperations, rewrite: Rewrite, when: { readonly before?: number }): Promise<void> {
  for (const table of WRITTEN_TABLES) {
    for (let after: string | null = ''; after !== null;) {
      const from: string = after
      after = await rewriting(db, { table, ...rewrite }, () => db.privacy.written(table, { ...rewrite.removal, ...when, after: from, rows: STRETCH }))
    }
  }
}

/** Reads rows and rewrites them, again where somebody else has written meanwhile. Returns where the next ones are. @throws MephistoError `conflict` */
async function rewriting(db: DbOperations, { table, removal, isWhole }: Rewrite & { readonly table: WrittenTable }, read: () => Promise<WrittenPage>): Promise<string | null> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const { rows, next } = await read()
    const rewrite = (some: readonly WrittenRow[]): Promise<boolean> => db.privacy.rewrite(table, rewritings(table, some, removal))
    if (await rewrite(rows.filter(row => !row.findsOthers)) && (!isWhole || await rewrite(rows.filter(row => row.findsOthers)))) return next
  }
  throw new MephistoError('conflict', 'Somebody else is changing what was written about this worker; try again.')
}

function rewritings(table: WrittenTable, rows: readonly WrittenRow[], removal: Removal): Rewriting[] {
  return rows.flatMap(before => {
    const after = rowWithoutPerson(table, before, removal)
    const isSame = before.actorId === after.actorId && before.actorName === after.actorName && before.texts.every((text, index) => text === after.texts[index])
    return isSame ? [] : [{ before, after }]
  })
}

/** A written row without a person. Pure. */
export function rowWithoutPerson(table: WrittenTable, row: WrittenRow, removal: Removal): WrittenRow {
  const { principalId, replacement } = removal
  const isTheirs = principalId !== null && row.actorId === principalId
  return {
    ...row, actorId: isTheirs ? replacement : row.actorId, actorName: isTheirs && row.actorName !== null ? replacement : row.actorName,
    texts: row.texts.map(text => (text === null ? null : withoutPerson(table, { ...row, text }, removal))),
  }
}

function withoutPerson(table: WrittenTable, { text, isAbout, provider }: Pick<WrittenRow, 'isAbout' | 'provider'> & { readonly text: string }, removal: Removal): string {
  const { isErasure, name, replacement } = removal
  if (table === 'audit') return bodyWithoutPerson(text, removal, provider)
  if (table === 'outbox') return callWithoutPerson(text, removal)
  if (isAbout && isErasure) return ERASED_TEXT
  return isAbout || name.length >= SHORTEST_SOUGHT ? withoutName(text, name, replacement) : text
}
