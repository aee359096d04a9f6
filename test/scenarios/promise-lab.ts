import { verifyRun } from '../../sdk/operations/verify-run.js'
import { seededRandom, virtualRuntime, withFaults, randomFaults, type FaultPlan, type PromiseViolation } from '../../sdk/testing/index.js'
import { sentimentRun } from '../sentiment.js'
import { combined, type Break } from './promise-break.js'
import { localCalls, type Calls } from './promise-calls.js'
import { openTarget, type TargetKind } from './promise-open.js'
import { createPlayer, nothingHeard, type Heard } from './promise-player.js'
import { provoke, provokingFaults } from './promise-provocation.js'
import { check, makeTarget } from './promise-target.js'

/** How a variant was caught; all empty when it was not. */
export interface Caught {
  readonly violations: readonly PromiseViolation[]
  /** What `verifyRun` says. */
  readonly differences: readonly string[]
  /** Errors that nobody should get. */
  readonly refused: readonly string[]
  /** Whether each break changed something, in one instance or the other. */
  readonly isUsed: readonly boolean[]
}

/** A variant: its breaks for the `which`-th instance. */
export type Variant = (which: number) => readonly Break[]

interface Played { readonly heard: Heard; readonly runs: readonly string[] }

interface Lab {
  readonly calls: readonly [Calls, Calls]
  readonly runtime: ReturnType<typeof virtualRuntime>
}

/** Two instances of a variant on one database under one clock; what they leave is looked at by code that is not broken. */
async function inLab(variant: Variant, options: { kind: TargetKind; seed: number; plan(which: number): FaultPlan; isClockSteady: boolean }, play: (lab: Lab) => Promise<Played>): Promise<Caught> {
  const target = await makeTarget(options.kind)
  const runtime = virtualRuntime({ seed: options.seed })
  const breaks = [variant(0), variant(1)]
  const sound = await openTarget(target, { now: runtime.now })
  const dbs = await Promise.all(breaks.map(async (list, which) => {
    const broken = combined(list)
    return broken.db(await openTarget(target, { now: runtime.now, around: client => broken.client(withFaults(client, options.plan(which))) }))
  }))
  try {
    const [a, b] = dbs.map(db => localCalls(db, runtime))
    if (!a || !b) throw new Error('two instances were opened')
    const { heard, runs } = await play({ calls: [a, b], runtime })
    const differences: string[] = []
    for (const run of runs) {
      const { difference } = await verifyRun(sound, run).catch((error: unknown) => ({ difference: { subject: 'run', id: run, what: String(error) } }))
      if (difference) differences.push(`${difference.subject}: ${difference.what}`)
    }
    const violations = await check(target, { acknowledged: heard, isClockSteady: options.isClockSteady })
    return { violations, differences, refused: heard.refused, isUsed: breaks[0]?.map((_, index) => breaks.some(list => (list[index]?.uses() ?? 0) > 0)) ?? [] }
  } finally {
    for (const db of [...dbs, sound]) await db.close()
    await target.drop()
  }
}

/** The schedule that provokes. */
export function provoked(variant: Variant, kind: TargetKind = 'sqlite'): Promise<Caught> {
  return inLab(variant, { kind, seed: 1, plan: provokingFaults, isClockSteady: true }, ({ calls, runtime }) => provoke(calls, runtime.advance))
}

/** Chance: players, faults and clock jumps by a seed. */
export function played(variant: Variant, { seed, steps }: { seed: number; steps: number }): Promise<Caught> {
  const plan = (which: number): FaultPlan => randomFaults({ seed: seed * 2 + which, rates: { conflict: 10, lost_before: 8, lost_after: 8 } })
  return inLab(variant, { kind: 'sqlite', seed, plan, isClockSteady: false }, async ({ calls, runtime }) => {
    const random = seededRandom(seed)
    const heard = nothingHeard()
    const launch = async (options: object) => (await patiently(() => calls[0].desk<{ id: string }>('operator', 'runs.launch', { blueprint: 'sentiment', ...options, pay: { minor: 5, currency: 'USD' }, leaseMs: 5000 }))).id
    const runs = [await launch({ ...sentimentRun(6), unitsPerAssignment: 2 }), await launch({ ...sentimentRun(8), budget: { minor: 22, currency: 'USD' } })]
    const workers = Array.from({ length: 8 }, (_, index) => `worker ${String(index)}`)
    const player = createPlayer({ name: 'p', calls: () => calls[random() < 0.5 ? 0 : 1], random, workers, runs, heard })
    for (let step = 0; step < steps; step += 1) {
      await Promise.all(Array.from({ length: 1 + Math.floor(random() * 3) }, () => player.act()))
      runtime.advance(random() < 0.1 ? Math.floor(random() * 9000) - 2000 : Math.floor(random() * 300))
    }
    return { heard, runs }
  })
}

async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (attempt === 10) throw error
    }
  }
}
