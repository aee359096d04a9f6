import { fork, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createTarget, type Engine, type Target } from './engines.js'
import { goal, round, type Goal, type Row } from './report.js'

const fileOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** Launches a run and exports its answers, each in a process of its own on the built package, as its user would. */
export async function* benchBulk(engine: Engine, units: number): AsyncGenerator<Row> {
  const target = await createTarget(engine)
  const row = (bench: string, ms: number, { goals, note }: { readonly goals: readonly Goal[]; readonly note: string }): Row => ({
    bench, engine, workers: 1, n: units, perSecond: Math.round(units / (ms / 1000)), p50Ms: round(ms), p99Ms: round(ms), ratioToRaw: null, goalRatio: null, goals,
    note: `${(ms / 1000).toFixed(2)} s in all, ${note}`,
  })
  try {
    const { ms, tenth, whole } = await inProcess<{ ms: number; tenth: number; whole: number }>('launch-process.mjs', [engine, target.at, String(units)])
    yield row('launch', ms, {
      goals: [goal('s', round(ms / 1_000), { atMost: Math.max(1, 60 * units / 1_000_000) }), ...(tenth === 0 ? [] : [goal('MB by MB after a tenth', round(whole / tenth), { atMost: 1.5 })])],
      note: `${String(whole)} MB at the end`,
    })
    await inProcess('answer-process.ts', [engine, target.at])
    const exported = await exportAll(target)
    yield row('export', exported.ms, {
      goals: [goal('MB at most', exported.peakMb, { atMost: 150 }), ...(units < 100_000 ? [] : [goal('rows per s', Math.round(units / (exported.ms / 1_000)), { atLeast: 20_000 })])], note: 'by the command line',
    })
  } finally {
    await target.drop()
  }
}

/** The first query of a process that has just begun, ms from the start of the process. */
export async function benchFirstQuery(engine: Engine): Promise<Row> {
  const target = await createTarget(engine)
  try {
    const first = async (): Promise<number> => (await inProcess<{ ms: number }>('first-query.mjs', [engine, target.at])).ms
    await first()
    const times: number[] = []
    for (let index = 0; index < 7; index += 1) times.push(await first())
    times.sort((a, b) => a - b)
    return {
      bench: 'first query', engine, workers: 1, n: 7, perSecond: 0, p50Ms: round(times[3] ?? NaN), p99Ms: round(times[6] ?? NaN), ratioToRaw: null, goalRatio: null,
      goals: engine === 'sqlite' ? [goal('p50 ms', round(times[3] ?? NaN), { atMost: 150 })] : [], note: 'from opening the built package to the first rows, tables there',
    }
  } finally {
    await target.drop()
  }
}

/** Runs a file as a process of its own and returns what it sent last. */
function inProcess<T>(file: string, words: readonly string[]): Promise<T> {
  const child = fork(fileOf(file), words, { execArgv: file.endsWith('.ts') ? ['--import', 'tsx'] : [] })
  return new Promise((resolve, reject) => {
    let result: T | undefined
    child.on('message', message => { result = message as T })
    child.once('exit', code => { if (code === 0) resolve(result as T); else reject(new Error(`${file} ended with ${String(code)}`)) })
  })
}

/** `mephisto export` of the newest run to nowhere: how long the whole command takes, and the most memory it was seen to have. */
async function exportAll({ at, open }: Target): Promise<{ ms: number; peakMb: number }> {
  const db = await open()
  const [run] = await db.runs.list({ limit: 1 })
  await db.close()
  const started = performance.now()
  const child = spawn(process.execPath, [fileOf('../../dist/sdk/cli/main.js'), 'export', '--db', at, '--run', run?.id ?? '', '--out', '/dev/null'], { stdio: 'inherit' })
  let peakMb = NaN
  const watch = setInterval(() => { peakMb = peakOf(child.pid) ?? peakMb }, 20)
  const code = await new Promise<number | null>(resolve => { child.once('exit', resolve) })
  clearInterval(watch)
  if (code !== 0) throw new Error(`mephisto export ended with ${String(code)}`)
  return { ms: performance.now() - started, peakMb }
}

/** The most memory that a process has ever had, MB, where the system says it. */
function peakOf(pid: number | undefined): number | null {
  const file = `/proc/${String(pid)}/status`
  const peak = existsSync(file) ? /VmHWM:\s+(\d+) kB/.exec(readFileSync(file, 'utf8'))?.[1] : undefined
  return peak === undefined ? null : Math.round(Number(peak) / 1000)
}
