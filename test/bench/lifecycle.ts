import { fork, type ChildProcess } from 'node:child_process'
import { Agent } from 'node:http'
import { fileURLToPath } from 'node:url'
import { createTarget, type Engine, type Target } from './engines.js'
import { closedLoop, type LoadResult } from './load.js'
import { closedCalls, goal, round, type Row } from './report.js'
import { createStage, launch } from './stage.js'

/** Cycles measured: all units of a small run, and enough of a large one. */
const CYCLES = 2_000
const WARM_UP_CYCLES = 4_000

interface BenchServer {
  readonly child: ChildProcess
  readonly port: number
  /** Connections that are kept alive from the warm-up on. */
  readonly agent: Agent
}

/** Life cycles (register + submit over HTTP through Express), load from this process, beside the raw driver without HTTP. */
export async function* benchLifecycles(engine: Engine, sizes: readonly number[]): AsyncGenerator<Row> {
  // Of the smallest run, by what is measured on it.
  const smallest = new Map<string, number>()
  for (const n of sizes) {
    for (const [workers, servers] of [[1, 1], [10, 1], [100, 1], [100, 2]] as const) {
      const target = await createTarget(engine)
      try {
        const row = await measure(target, { n, workers, servers })
        const key = `${String(workers)}/${String(servers)}`
        const first = smallest.get(key) ?? row.perSecond
        smallest.set(key, first)
        yield {
          ...row, goals: [
            ...(workers === 100 && engine === 'postgresql' ? [goal('per s', row.perSecond, { atLeast: 1_000 })] : []),
            ...(n === sizes[0] ? [] : [goal(`of that at ${String(sizes[0])} units`, round(row.perSecond / first), { atLeast: 0.8 })]),
          ],
        }
      } finally {
        await target.drop()
      }
    }
  }
}

async function measure(target: Target, { n, workers, servers }: { n: number; workers: number; servers: number }): Promise<Row> {
  const db = await target.open()
  const [warmUp, runId] = [await launch(db, WARM_UP_CYCLES + 200), await launch(db, n)]
  const started = await Promise.all(Array.from({ length: servers }, () => startServer(target)))
  const cycles = Math.min(CYCLES, n)
  try {
    await load(started, { runId: warmUp, workers, cycles: WARM_UP_CYCLES })
    const { perSecond, p50Ms, p99Ms } = await load(started, { runId, workers, cycles })
    const raw = await rawCycles(target, n < 10_000 ? await launch(db, n) : runId, Math.min(cycles, 500))
    return {
      bench: servers === 1 ? 'lifecycle' : `lifecycle, ${String(servers)} servers`, engine: target.engine, workers, n, perSecond: Math.round(perSecond), p50Ms: round(p50Ms), p99Ms: round(p99Ms),
      ratioToRaw: round(perSecond / raw), goalRatio: null, note: `raw ${String(Math.round(raw))}/s; times are of register`,
    }
  } finally {
    await db.close()
    for (const { child, agent } of started) {
      agent.destroy()
      child.disconnect()
      await new Promise(resolve => child.once('exit', resolve))
    }
  }
}

function startServer(target: Target): Promise<BenchServer> {
  const child = fork(fileURLToPath(new URL('server.ts', import.meta.url)), [target.engine, target.at], { execArgv: ['--import', 'tsx'] })
  return new Promise((resolve, reject) => {
    child.once('message', message => { resolve({ child, port: (message as { port: number }).port, agent: new Agent({ keepAlive: true, maxSockets: 100 }) }) })
    child.once('exit', code => reject(new Error(`the bench server ended with ${String(code)}`)))
  })
}

async function load(servers: readonly BenchServer[], { runId, workers, cycles }: { runId: string; workers: number; cycles: number }): Promise<LoadResult> {
  const share = Math.floor(workers / servers.length)
  const results = await Promise.all(servers.map(async ({ child, port, agent }, server) => {
    const credentials = await new Promise<string[]>(resolve => {
      child.once('message', message => resolve(message as string[]))
      child.send({ runId, first: server * share, count: share })
    })
    return closedLoop({ port, agent }, credentials, Math.floor(cycles / servers.length))
  }))
  return {
    cycles: results.reduce((sum, result) => sum + result.cycles, 0), perSecond: results.reduce((sum, result) => sum + result.perSecond, 0),
    p50Ms: Math.max(...results.map(result => result.p50Ms)), p99Ms: Math.max(...results.map(result => result.p99Ms)),
  }
}

/** Life cycles a second of the raw driver: the same statements, one life cycle at a time, no HTTP. */
async function rawCycles(target: Target, runId: string, cycles: number): Promise<number> {
  const db = await target.openRaw()
  const stage = createStage(db, false)
  const worker = await stage.worker('raw')
  const { perSecond } = await closedCalls(1, cycles, async () => stage.submit(runId, (await stage.claim(runId, worker)).agentId))
  await db.close()
  return perSecond
}
