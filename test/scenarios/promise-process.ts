import { inspect } from 'node:util'
import { silentLogger } from '../../sdk/ports/system-runtime.js'
import { faultsAt, randomFaults, withFaults, type Fault, type FaultPlan } from '../../sdk/testing/index.js'
import { localCalls, sentError } from './promise-calls.js'
import { openTarget, type Target } from './promise-open.js'

/** How a server process is set up. */
export interface ProcessOptions {
  readonly target: Target
  /** Faults by chance: how many of a thousand steps. */
  readonly rates?: Readonly<Partial<Record<Fault, number>>>
  /** Faults at exact steps. */
  readonly at?: Readonly<Record<number, Fault>>
  readonly seed?: number
  /** How far the host's clock is off, ms. */
  readonly skewMs?: number
  /** A clock of the test's own in place of the database's: it starts here and moves by messages. */
  readonly startAt?: number
  /** Rounds of upkeep; 0 for none but those that are asked for. @default 200 */
  readonly upkeepMs?: number
}

/** A call as it comes from the parent. */
export interface Asked {
  readonly id: number
  readonly method: 'page' | 'desk' | 'tick' | 'advance'
  readonly args: readonly unknown[]
}

// A server process: it takes calls from its parent and may be killed at any moment, by the parent or by a fault.
const { target, rates, at, seed = 1, skewMs = 0, startAt, upkeepMs = 200 } = JSON.parse(process.argv[2] ?? '') as ProcessOptions
if (skewMs !== 0) {
  const realNow = Date.now
  Date.now = () => realNow() + skewMs
}
let clock = startAt ?? 0
const plan: FaultPlan = at ? faultsAt(at) : rates ? randomFaults({ seed, rates }) : () => null
const db = await openTarget(target, { around: client => withFaults(client, plan), ...(startAt === undefined ? {} : { now: () => clock }) })
const calls = localCalls(db, { logger: silentLogger, now: startAt === undefined ? () => Date.now() : () => clock })

async function answer({ method, args }: Asked): Promise<unknown> {
  switch (method) {
    case 'page': return calls.page(...args as [string, unknown, string?])
    case 'desk': return calls.desk(...args as [string, string, unknown])
    case 'tick': return calls.tick()
    case 'advance': return clock += Number(args[0])
  }
}

process.on('message', message => {
  const asked = message as Asked
  answer(asked).then(value => ({ id: asked.id, value }), (error: unknown) => ({ id: asked.id, error: sentError(error) })).then(reply => process.send?.(reply), (error: unknown) => {
    process.stderr.write(inspect(error))
  })
})
process.on('disconnect', () => process.exit(0))
async function upkeep(): Promise<void> {
  await calls.tick().catch(() => undefined)
  setTimeout(() => void upkeep(), upkeepMs)
}
if (upkeepMs > 0) void upkeep()
process.send?.({ id: 0 })
