import { fork, type ChildProcess } from 'node:child_process'
import { Agent } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { closedLoop } from './load.js'
import { rawLifecycles } from './raw-lifecycle.js'

// `npm run bench`: life cycles (register + submit over HTTP) beside the raw driver in the same run. `-- --json` for machines.

interface Row {
  readonly bench: 'lifecycle'
  readonly engine: 'sqlite'
  readonly workers: number
  readonly n: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly ratioToRaw: number
  readonly goalRatio: number | null
}

const asJson = process.argv.includes('--json')
const folder = mkdtempSync(join(tmpdir(), 'mephisto-bench-'))
/** Cycles measured: all units of a small run, and enough of a large one. */
const CYCLES = 2_000
const WARM_UP_CYCLES = 1_200

interface BenchServer {
  readonly child: ChildProcess
  readonly port: number
  /** Credentials for a run to warm up on. */
  readonly warmUp: readonly string[]
  readonly credentials: readonly string[]
}

function startServer(file: string, units: number, workers: number): Promise<BenchServer> {
  const child = fork(fileURLToPath(new URL('server.ts', import.meta.url)), [file, String(units), String(workers)], { execArgv: ['--import', 'tsx'] })
  return new Promise((resolve, reject) => {
    child.once('message', message => resolve({ child, ...(message as Omit<BenchServer, 'child'>) }))
    child.once('exit', code => reject(new Error(`the bench server ended with ${String(code)}`)))
  })
}

async function measure(n: number, workers: number): Promise<Row> {
  const { child, port, warmUp, credentials } = await startServer(join(folder, `${String(n)}-${String(workers)}.db`), n, workers)
  try {
    const target = { port, agent: new Agent({ keepAlive: true, maxSockets: workers }) }
    await closedLoop(target, warmUp, WARM_UP_CYCLES)
    const load = await closedLoop(target, credentials, Math.min(CYCLES, n))
    target.agent.destroy()
    const raw = await rawLifecycles(join(folder, `raw-${String(n)}-${String(workers)}.db`), n, Math.min(CYCLES, n))
    return {
      bench: 'lifecycle', engine: 'sqlite', workers, n, perSecond: Math.round(load.perSecond), p50Ms: round(load.p50Ms), p99Ms: round(load.p99Ms),
      ratioToRaw: round(load.perSecond / raw), goalRatio: null,
    }
  } finally {
    child.disconnect()
    await new Promise(resolve => child.once('exit', resolve))
  }
}

const round = (value: number): number => Math.round(value * 100) / 100

try {
  if (!asJson) console.log('Life cycles over HTTP (register + submit), SQLite, closed loop from a second process\n\n      n  workers  per second  register p50 ms  p99 ms  ratio to raw driver')
  for (const n of [1_000, 10_000]) {
    for (const workers of [1, 10, 100]) {
      const row = await measure(n, workers)
      console.log(asJson ? JSON.stringify(row) : [
        String(row.n).padStart(7), String(row.workers).padStart(8), String(row.perSecond).padStart(11), String(row.p50Ms).padStart(16),
        String(row.p99Ms).padStart(7), String(row.ratioToRaw).padStart(20),
      ].join(' '))
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
