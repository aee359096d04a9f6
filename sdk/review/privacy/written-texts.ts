import { ERASED_TEXT } from '../../data-model/erasure.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import { WRITTEN_TABLES, type WrittenRow, type WrittenTable } from '../../ports/privacy-operations.js'
import { SHORTEST_SOUGHT, withoutName } from './name-in-text.js'
import { bodyWithoutPerson, type Removal } from './person-in-body.js'

const PORTION = 200

/** Takes a person out of all that was written about them, by them, or with their name in it. */
export async function rewriteTexts(tx: DbOperations, removal: Removal): Promise<void> {
  for (const table of WRITTEN_TABLES) {
    for (let after: string | null = ''; after !== null;) {
      const rows: readonly WrittenRow[] = await tx.privacy.written(table, { workerId: removal.workerId, name: removal.name, after, limit: PORTION })
      await tx.privacy.rewrite(table, rows.flatMap(row => changed(row, rowWithoutPerson(table, row, removal))))
      after = rows.length < PORTION ? null : rows.at(-1)?.id ?? null
    }
  }
}

function changed(before: WrittenRow, after: WrittenRow): WrittenRow[] {
  return before.text === after.text && before.actorId === after.actorId && before.actorName === after.actorName ? [] : [after]
}

/** A written row without a person. Pure. */
export function rowWithoutPerson(table: WrittenTable, row: WrittenRow, removal: Removal): WrittenRow {
  const { name, replacement } = removal
  const isTheirs = row.actorId === name
  return {
    ...row, actorId: isTheirs ? replacement : row.actorId, actorName: isTheirs && row.actorName !== null ? replacement : row.actorName,
    text: row.text === null ? null : table === 'audit' ? bodyWithoutPerson(row.text, removal) : textWithout(row.text, row.isAbout, removal),
  }
}

function textWithout(text: string, isAbout: boolean, { isErasure, name, replacement }: Removal): string {
  if (isAbout && isErasure) return ERASED_TEXT
  return isAbout || name.length >= SHORTEST_SOUGHT ? withoutName(text, name, replacement) : text
}
