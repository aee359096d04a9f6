import { createInterface } from 'node:readline'
import type { Command } from 'commander'
import { formatMoney } from '../data-model/money.js'
import { MephistoError } from '../errors.js'
import { createDataBrowser } from '../operations/data-browser/data-browser.js'
import { requireRun } from '../operations/named-place.js'
import type { ReviewRow } from '../ports/answer-operations.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import { systemRuntime } from '../ports/system-runtime.js'
import { createReviewDesk, type DecideRequest } from '../review/review-desk.js'
import { answerLines } from './answer-text.js'
import { withDatabase, withDatabaseOptions, type DatabaseChoice } from './database-choice.js'
import type { CliStreams } from './streams.js'
import { terminalUser } from './terminal-user.js'

/** `review`: answers that wait, one after the other, decided by a letter. */
export function addReviewCommand(program: Command, streams: CliStreams): void {
  withDatabaseOptions(program.command('review')).description('Look at the answers of a run that wait for review, one after the other, and decide each by a letter.')
    .argument('<run>', 'the task run (see mephisto runs)')
    .action((runId: string, choice: DatabaseChoice) => withDatabase(choice, db => review(db, runId, streams)))
}

const VERDICTS = { a: 'approve', s: 'soft_reject', r: 'reject' } as const satisfies Record<string, DecideRequest['verdict']>
const HELP = [
  '  a approve, s soft-reject, r reject; a note may follow: r not English',
  '  A, S, R the same for all answers of this worker that wait in this run',
  '  k skip, u undo the last decision, q stop, ? this',
] as const

type Act =
  | { readonly kind: 'decide'; readonly verdict: DecideRequest['verdict']; readonly isForAll: boolean; readonly note: string | null }
  | { readonly kind: 'skip' | 'undo' | 'stop' | 'help' }

/** What a line asks for. Pure. */
function actOf(line: string): Act {
  const [, letter = '', note = ''] = /^\s*(\S)(?:\s+(.*\S))?\s*$/.exec(line) ?? []
  const verdict = (VERDICTS as Readonly<Record<string, DecideRequest['verdict'] | undefined>>)[letter.toLowerCase()]
  if (verdict) return { kind: 'decide', verdict, isForAll: letter !== letter.toLowerCase(), note: note === '' ? null : note }
  return { kind: ({ k: 'skip', u: 'undo', q: 'stop' } as const)[letter] ?? 'help' }
}

async function review(db: MephistoDb, runId: string, { stdin, stdout }: CliStreams): Promise<void> {
  if (!stdin) throw new MephistoError('invalid_options', 'Nobody can be asked here; run this at a terminal.')
  const [run, runtime, principal] = [await requireRun(db, runId), systemRuntime(), terminalUser()]
  const desk = createReviewDesk(db, runtime)
  const input = createInterface({ input: stdin })
  const lines = input[Symbol.asyncIterator]()
  const ask = async (): Promise<Act> => {
    stdout.write('[a/s/r/k/u/q/?] ')
    const line = await lines.next()
    return line.done ? { kind: 'stop' } : actOf(line.value)
  }
  let [decided, skipped] = [0, 0]
  const decide = async (row: ReviewRow, { verdict, isForAll, note }: Extract<Act, { kind: 'decide' }>): Promise<void> => {
    const unitIds = isForAll ? await waitingOf(db, row) : [row.unitId]
    for (const { decided: isDecided, message } of await desk.decide(principal, { decisionId: runtime.newId(), unitIds, verdict, note })) {
      if (isDecided) decided += 1
      else stdout.write(`  left as it is: ${String(message)}\n`)
    }
    if (isForAll) stdout.write(`  decided ${String(unitIds.length)} answers of this worker\n`)
  }
  const undo = async (): Promise<readonly ReviewRow[]> => {
    const outcomes = await desk.undo(principal, { decisionId: runtime.newId(), runId })
    const back = outcomes.filter(outcome => outcome.decided).map(outcome => outcome.unitId)
    decided = Math.max(0, decided - back.length)
    stdout.write(back.length === 0 ? '  there is nothing to undo\n' : `  ${String(back.length)} wait again\n`)
    return back.length === 0 ? [] : db.units.reviewById(back)
  }

  const next: ReviewRow[] = []
  let after: ReviewRow | undefined
  try {
    for (let isOver = false; !isOver;) {
      if (next.length === 0) next.push(...await desk.queue({ runId: run.id, statuses: ['completed'], limit: 20, ...(after ? { after: { completedAt: after.completedAt, unitId: after.unitId } } : {}) }))
      const row = next.shift()
      // Somebody else, or a decision about all of a worker, may have been quicker.
      const [now] = row ? await db.units.reviewById([row.unitId]) : []
      if (!row || !now) break
      if (after === undefined || row.completedAt > after.completedAt || (row.completedAt === after.completedAt && row.unitId > after.unitId)) after = row
      if (now.status !== 'completed') continue
      stdout.write(`\n${shown(now)}\n`)
      let act = await ask()
      for (; act.kind === 'help'; act = await ask()) stdout.write(`${HELP.join('\n')}\n`)
      if (act.kind === 'decide') await decide(now, act)
      if (act.kind === 'skip') skipped += 1
      if (act.kind === 'undo') next.unshift(...await undo(), now)
      isOver = act.kind === 'stop'
    }
  } finally {
    input.close()
  }
  const { completed } = await db.runs.countUnits(runId)
  stdout.write(`\ndecided ${String(decided)}, skipped ${String(skipped)}; ${String(completed)} wait for review\n`)
}

/** The units of the row's worker that wait in its run. */
async function waitingOf(db: MephistoDb, { runId, workerId, unitId }: ReviewRow): Promise<readonly string[]> {
  const unitIds = new Set([unitId])
  const data = createDataBrowser(db)
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await data.page({ run: runId, worker: { workerId }, statuses: ['completed'], limit: 200, ...(cursor === undefined ? {} : { cursor }) })
    for (const { unit } of page.rows) unitIds.add(unit)
    cursor = page.nextCursor
  }
  return [...unitIds]
}

function shown({ position, pseudonym, acceptedAt, completedAt, payMinor, currency, input, answer }: ReviewRow): string {
  const seconds = Math.round((completedAt - acceptedAt) / 1000)
  return [
    `item ${String(position)}, by ${pseudonym} in ${String(seconds)} s, ${formatMoney({ minor: payMinor, currency })}`,
    ...answerLines('asked', input), ...answerLines('answered', answer),
  ].join('\n')
}
