import * as z from 'zod'
import { MephistoError } from '../../errors.js'
import type { MephistoDb } from '../../ports/mephisto-db.js'
import { nameText } from '../../protocol/text.js'
import { checkedRequest } from '../../review/act-once.js'
import { conflictRulesOf, type ConflictOptions, type ConflictRules } from './conflict-rules.js'
import { planRows, type FoundConflicts, type PlanGround, type RowToPlan } from './plan-rows.js'
import { checkDump, isDifferent, rowsOf, type CheckedDump } from './read-dump.js'

/** What to import, and how. */
export interface ImportChoice {
  readonly file: string
  /** What is done about what is here already. @default everything is merged, and of two grants the stricter holds */
  readonly onConflict?: ConflictOptions
  /** What to call where the dump comes from, one line of 1 to 60 characters: for the audit trail, and behind what gets another name. @default what the dump calls itself */
  readonly label?: string
}

/** What an import would do. */
export interface ImportPlan extends Omit<FoundConflicts, 'unknown'> {
  /** Runs that would come in. */
  readonly runs: number
  /** Runs that are here. */
  readonly known: number
  /** Ids of those that are here in another state than in the dump. */
  readonly differing: readonly string[]
}

/** A choice that was looked at: its rules, and what the dump is called. */
export interface CheckedChoice {
  readonly rules: ConflictRules
  readonly label: string | null
}

const LONGEST_LABEL = 60
const labels = z.object({ label: nameText(LONGEST_LABEL).optional() })

/** The rules and the label of a choice. @throws MephistoError `invalid_input` naming the option */
export function checkedChoice({ onConflict, label }: Omit<ImportChoice, 'file'>): CheckedChoice {
  return { rules: conflictRulesOf(onConflict), label: checkedRequest(labels, { label }).label ?? null }
}

/**
 * Says what importing a dump would do, and what stands in its way: each conflict with what the rules do about it. Writes
 * nothing. @throws MephistoError `invalid_input` for a wrong option, and for a file that is no whole dump
 */
export async function planImport(db: MephistoDb, choice: ImportChoice): Promise<ImportPlan> {
  const { rules, label } = checkedChoice(choice)
  const dump = await checkDump(choice.file)
  const { unknown: _, ...found } = await planDump({ db, rules, label: label ?? dump.header.label }, choice.file, dump)
  let known = 0
  const differing: string[] = []
  const runs = dump.parts.filter(part => part.kind === 'run')
  for (const part of runs) {
    if (!await db.runs.get(part.id)) continue
    known += 1
    if (await isDifferent(db, part)) differing.push(part.id)
  }
  return { runs: runs.length - known, known, differing, ...found }
}

/** What stands in the way of a dump that was checked. @throws MephistoError `invalid_input` for an exception about a name that the dump does not have */
export async function planDump(ground: PlanGround, file: string, { parts }: CheckedDump): Promise<FoundConflicts> {
  async function* rows(): AsyncGenerator<RowToPlan> {
    for (const part of parts) {
      const isKnown = part.kind === 'run' && await ground.db.runs.get(part.id) !== null
      for await (const row of rowsOf(file, part)) yield { row, isKnown }
    }
  }
  const found = await planRows(ground, rows())
  mustKnow(found)
  return found
}

/** @throws MephistoError `invalid_input` for an exception about a name that nothing has */
export function mustKnow({ unknown: [first] }: FoundConflicts): void {
  if (first !== undefined) throw new MephistoError('invalid_input', `onConflict.except: nothing that is imported is called ${first}. Correct the name; nothing was imported.`)
}
