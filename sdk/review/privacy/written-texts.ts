import { ERASED_TEXT } from '../../data-model/erasure.js'
import { MephistoError } from '../../errors.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import { WRITTEN_TABLES, type Rewriting, type WrittenRow, type WrittenTable } from '../../ports/privacy-operations.js'
import { SHORTEST_SOUGHT, withoutName } from './name-in-text.js'
import { bodyWithoutPerson, callWithoutPerson, type Removal } from './person-in-body.js'

/** Rows that one statement looks at. */
const STRETCH = 2_000
const MOST_TRIES = 5

/**
 * Takes a person out of all that was written about them, by them, or with their name in it, a stretch of a table at a time.
 * Holds nothing: each stretch is a statement that reads and one that writes where nobody else has written since. Can be
 * repeated, and goes on with what is left.
 */
export async function rewriteTexts(db: DbOperations, removal: Removal): Promise<void> {
  for (const table of WRITTEN_TABLES) {
    for (let after: string | null = ''; after !== null;) {
      const { rows, next }: { readonly rows: readonly WrittenRow[]; readonly next: string | null } = await db.privacy.written(table, { ...removal, after, rows: STRETCH })
      if (await db.privacy.rewrite(table, rewritings(table, rows, removal))) after = next
    }
  }
}

/** Does so with what was written since an instant, for a transaction that nothing about the person passes. @throws MephistoError `conflict` */
export async function rewriteNewTexts(tx: DbOperations, removal: Removal, since: number): Promise<void> {
  for (const table of WRITTEN_TABLES) {
    for (let tries = 1; !(await tx.privacy.rewrite(table, rewritings(table, await tx.privacy.writtenSince(table, { ...removal, since }), removal))); tries += 1) {
      if (tries === MOST_TRIES) throw new MephistoError('conflict', 'Somebody else is changing what was written about this worker; try again.')
    }
  }
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
  const { name, replacement } = removal
  const isTheirs = row.actorId === name
  return {
    ...row, actorId: isTheirs ? replacement : row.actorId, actorName: isTheirs && row.actorName !== null ? replacement : row.actorName,
    texts: row.texts.map(text => (text === null ? null : withoutPerson(table, { text, isAbout: row.isAbout }, removal))),
  }
}

function withoutPerson(table: WrittenTable, { text, isAbout }: { readonly text: string; readonly isAbout: boolean }, removal: Removal): string {
  const { isErasure, name, replacement } = removal
  if (table === 'audit') return bodyWithoutPerson(text, removal)
  if (table === 'outbox') return callWithoutPerson(text, removal)
  if (isAbout && isErasure) return ERASED_TEXT
  return isAbout || name.length >= SHORTEST_SOUGHT ? withoutName(text, name, replacement) : text
}
