import { createInterface } from 'node:readline'
import type { Command } from 'commander'
import { formatMoney } from '../data-model/money.js'
import { MephistoError } from '../errors.js'
import type { ReviewUnitView } from '../protocol/review-views.js'
import type { DecideRequest } from '../review/deciding.js'
import { runCommand, type DeskChoice } from './act-options.js'
import { answerLines } from './answer-text.js'
import { withDesks } from './desks.js'
import type { ReviewBench } from './review-bench.js'
import type { CliStreams } from './streams.js'

/** `review`: answers that wait, one after the other, decided by a letter. */
export function addReviewCommand(program: Command, streams: CliStreams): void {
  runCommand(program, 'review').description('Look at the answers of a run that wait for review, one after the other, and decide each by a letter. With --json: list them, and decide nothing.')
    .action((runId: string, choice: DeskChoice) => withDesks(choice, async desks => {
      const bench = desks.review(runId)
      await (choice.json ? listWaiting(bench, streams) : review(bench, streams))
    }))
}

async function listWaiting(bench: ReviewBench, { stdout }: CliStreams): Promise<void> {
  for (let after: ReviewUnitView | null = null; ;) {
    const units: readonly ReviewUnitView[] = await bench.waiting(after)
    for (const unit of units) stdout.write(`${JSON.stringify(unit)}\n`)
    after = units.at(-1) ?? null
    if (after === null) return
  }
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

async function review(bench: ReviewBench, { stdin, stdout }: CliStreams): Promise<void> {
  if (!stdin) throw new MephistoError('invalid_options', 'Nobody can be asked here; run this at a terminal.')
  const input = createInterface({ input: stdin })
  const lines = input[Symbol.asyncIterator]()
  const ask = async (): Promise<Act> => {
    stdout.write('[a/s/r/k/u/q/?] ')
    const line = await lines.next()
    return line.done ? { kind: 'stop' } : actOf(line.value)
  }

  let [decided, skipped] = [0, 0]
  // What waits for others now, and is not asked about again.
  const kept = new Set<string>()
  const decide = async (unit: ReviewUnitView, { verdict, isForAll, note }: Extract<Act, { kind: 'decide' }>): Promise<void> => {
    const unitIds = isForAll ? await bench.waitingOfWorker(unit) : [unit.unitId]
    const before = decided
    for (const { unitId, decided: isDecided, opinion, message } of await bench.decide({ unitIds, verdict, note })) {
      if (isDecided) decided += 1
      else if (opinion) {
        kept.add(unitId)
        stdout.write(`  kept as what you would decide: ${opinion === 'waits' ? 'it waits for a second verdict' : 'you and another reviewer do not agree, and somebody else decides'}\n`)
      } else stdout.write(`  left as it is: ${String(message)}\n`)
    }
    if (isForAll) stdout.write(`  decided ${String(decided - before)} answers of this worker\n`)
  }
  const undo = async (): Promise<readonly ReviewUnitView[]> => {
    const outcomes = await bench.undo()
    const back = outcomes.filter(outcome => outcome.decided || outcome.opinion === 'taken_back').map(outcome => outcome.unitId)
    for (const unitId of back) kept.delete(unitId)
    decided = Math.max(0, decided - outcomes.filter(outcome => outcome.decided).length)
    stdout.write(back.length === 0 ? `  ${outcomes[0]?.message ?? 'there is nothing to undo'}\n` : `  ${String(back.length)} wait again\n`)
    return back.length === 0 ? [] : bench.units(back)
  }

  const next: ReviewUnitView[] = []
  let after: ReviewUnitView | null = null
  try {
    for (let isOver = false; !isOver;) {
      if (next.length === 0) next.push(...await bench.waiting(after))
      const unit = next.shift()
      // Somebody else, or a decision about all of a worker, may have been quicker.
      const [now] = unit ? await bench.units([unit.unitId]) : []
      if (!unit || !now) break
      if (after === null || isBehind(after, unit)) after = unit
      if (now.status !== 'completed' || kept.has(now.unitId)) continue
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
  stdout.write(`\ndecided ${String(decided)}, skipped ${String(skipped)}; ${String(await bench.left())} wait for review\n`)
}

/** Whether a unit comes later in the queue than another. */
function isBehind(unit: ReviewUnitView, other: ReviewUnitView): boolean {
  return other.submittedAt > unit.submittedAt || (other.submittedAt === unit.submittedAt && other.unitId > unit.unitId)
}

function shown({ position, pseudonym, durationMs, pay, input, answer, opinions }: ReviewUnitView): string {
  return [
    `item ${String(position)}, by ${pseudonym} in ${String(Math.round(durationMs / 1000))} s, ${formatMoney(pay)}`,
    ...answerLines('asked', input), ...answerLines('answered', answer),
    ...opinions.flatMap(({ byName, verdict, note }) => (verdict === null ? [`${byName} has judged it; you see how once you have`] : [`${byName} would ${verdict.replace('_', '-')}${note === null ? '' : `: ${note}`}`])),
  ].join('\n')
}
