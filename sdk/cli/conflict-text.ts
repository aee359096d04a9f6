import type { GrantTerms } from '../operations/transfer/merged-grant.js'
import type { Renaming } from '../operations/transfer/merge-rows.js'
import type { FoundConflicts, GrantConflict, ImportConflict, NameConflict } from '../operations/transfer/plan-rows.js'
import { harmless } from './answer-text.js'

/** What stands in the way of an import, for people to read: a line for each conflict, and how many were not listed. */
export function conflictText({ conflicts, counts, refusal }: Pick<FoundConflicts, 'conflicts' | 'counts' | 'refusal'>): string {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const more = all - conflicts.length
  return [
    ...(all === 0 ? ['Nothing of it is here under another id.'] : [`${String(all)} of what it has is here already:`]),
    ...conflicts.map(conflict => `  ${conflict.kind}  ${lineOf(conflict)}`),
    ...(more === 0 ? [] : [`  and ${String(more)} more`]),
    ...(refusal === null ? [] : [`It would be refused: ${refusal}`]),
  ].map(line => `${harmless(line)}\n`).join('')
}

/** What got another name, a line each. */
export function renamingText(renamed: readonly Renaming[]): string {
  return renamed.map(({ kind, from, to }) => `${harmless(`  ${kind}  "${from}" came in as "${to}"`)}\n`).join('')
}

function lineOf(conflict: ImportConflict): string {
  return conflict.kind === 'grants' ? grantLine(conflict) : `"${conflict.name}": ${outcomeOf(conflict)}`
}

function outcomeOf({ refusal, rule, becomes, localId }: NameConflict): string {
  if (refusal !== null) return 'stands in the way'
  return rule === 'rename' ? `comes in as "${becomes ?? ''}"` : `is taken for the one that is here, ${localId}`
}

function grantLine({ name, workerId, ours, theirs, becomes }: GrantConflict): string {
  return `"${name}" of worker ${workerId}: ${ours === null ? 'revoked' : termsOf(ours)} here, ${termsOf(theirs)} there; then ${becomes === null ? 'revoked as here' : termsOf(becomes)}`
}

function termsOf({ value, expiresAt }: GrantTerms): string {
  return expiresAt === null ? String(value) : `${String(value)} until ${new Date(expiresAt).toISOString()}`
}
