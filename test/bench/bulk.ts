import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createTarget, type Engine, type Target } from './engines.js'
import { round, type Row } from './report.js'

/** What a process of its own measured. */
export interface BulkResult {
  readonly ms: number
  readonly rows: number
  /** Largest resident memory seen while it ran, MB. */
  readonly peakMb: number
  readonly baseMb: number
}

/** Launches a run, answers it, exports it: each in a process of its own, so that its memory can be seen. */
export async function benchBulk(engine: Engine, units: number): Promise<Row[]> {
  const target = await createTarget(engine)
  try {
    const launched = await inProcess(target, 'launch', units)
    const exported = await inProcess(target, 'export', units)
    const row = (bench: string, { ms, rows, peakMb, baseMb }: BulkResult): Row => ({
      bench, engine, workers: 1, n: units, perSecond: Math.round(rows / (ms / 1000)), p50Ms: round(ms), p99Ms: round(ms), ratioToRaw: null, goalRatio: null,
      note: `${(ms / 1000).toFixed(2)} s in all, peak ${String(peakMb)} MB (${String(baseMb)} MB before)`,
    })
    return [row('launch', launched), row('export', exported)]
  } finally {
    await target.drop()
  }
}

/** The first query of a process that has just begun, ms from the start of the process. */
export async function benchFirstQuery(engine: Engine): Promise<Row> {
  const target = await createTarget(engine)
  try {
    await inProcess(target, 'first', 0)
    const times: number[] = []
    for (let index = 0; index < 7; index += 1) times.push((await inProcess(target, 'first', 0)).ms)
    times.sort((a, b) => a - b)
    return {
      bench: 'first query', engine, workers: 1, n: 7, perSecond: 0, p50Ms: round(times[3] ?? NaN), p99Ms: round(times[6] ?? NaN), ratioToRaw: null, goalRatio: null,
      note: 'from opening the built package to the first rows, tables there',
    }
  } finally {
    await target.drop()
  }
}

function inProcess(target: Target, what: 'launch' | 'export' | 'first', units: number): Promise<BulkResult> {
  const child = fork(fileURLToPath(new URL(what === 'first' ? 'first-query.mjs' : 'bulk-process.ts', import.meta.url)), [target.engine, target.at, what, String(units)], {
    execArgv: what === 'first' ? [] : ['--import', 'tsx', '--max-old-space-size=256'],
  })
  return new Promise((resolve, reject) => {
    let result: BulkResult | undefined
    child.once('message', message => { result = message as BulkResult })
    child.once('exit', code => (result ? resolve(result) : reject(new Error(`${what} ended with ${String(code)}`))))
  })
}
