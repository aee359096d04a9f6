import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyRun } from '../../sdk/operations/verify-run.js'
import type { MephistoDb } from '../../sdk/ports/mephisto-db.js'
import { randomFaults, virtualRuntime, withFaults, type VirtualRuntime } from '../../sdk/testing/index.js'
import { sentimentRun } from '../sentiment.js'
import { localCalls, type Calls } from './promise-calls.js'
import { exchange, makers, orders, type Hearing, type Maker } from './promise-messages.js'
import { openClient, openTarget, type TargetKind } from './promise-open.js'
import { settleOnboarding } from './promise-spec.js'
import { endAttempt, freshUnit, openUnits, type SeenUnit, type Spec } from './promise-spec-state.js'
import { check, makeFile, makeTarget, onTarget, tableOf, targetKinds, type OwnTarget } from './promise-target.js'

// Model-based: messages by chance at two instances on one database and one clock, alone or together, doubled and out of
// order, through conflicts and lost connections. Each reply must be one that the model allows; messages that were sent
// together must have been answered as if they had come one after the other, in some order. In the end the checker looks.

/** Sequences of so many messages at most; `MEPHISTO_TEST_TIMES` has so many times as many. */
const SEQUENCES: Readonly<Record<TargetKind, { readonly runs: number; readonly longest: number }>> = {
  sqlite: { runs: 20, longest: 90 }, postgresql: { runs: 4, longest: 60 }, mysql: { runs: 4, longest: 60 },
}
const TIMES = Number(process.env['MEPHISTO_TEST_TIMES'] ?? 1)
const LEASE_MS = 5_000
const PAY = 10

interface Real extends Hearing {
  readonly target: OwnTarget
  readonly runtime: VirtualRuntime
  /** Two instances on which things go wrong. */
  readonly calls: readonly Calls[]
  /** One on which nothing does. */
  readonly sound: Calls
  readonly db: MephistoDb
  readonly workerIds: Map<string, string>
  query(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  close(): Promise<void>
}

/** Sends messages together and brings the model to where they lead; fails when no order of them explains the replies. */
async function together(model: Spec, real: Real, list: readonly Maker[]): Promise<void> {
  const messages = list.flatMap(make => make(model, real) ?? [])
  const exchanged = await Promise.all(messages.map((message, index) => {
    const server = real.calls[(index + real.count) % real.calls.length]
    if (!server) throw new Error('there is a server')
    return exchange(message, server, messages.length > 1)
  }))
  const rows = await unitRows(real)
  for (const row of await real.query(`SELECT id, external_id FROM ${tableOf(real.target, 'worker')}`)) real.workerIds.set(String(row['external_id']), String(row['id']))
  for (const order of orders(exchanged)) {
    const next = { ...structuredClone(model), rows }
    if (!order.every(({ message, seen, sent }) => message.allows(next, seen, sent))) continue
    Object.assign(model, next)
    await agree(model, real)
    return
  }
  throw new Error(`no order explains: ${exchanged.map(({ message, seen }) => `${message.name} → ${JSON.stringify(seen)}`).join('; ')}`)
}

/** All units, in the order in which they came. */
async function unitRows({ query, target }: Real): Promise<readonly SeenUnit[]> {
  const rows = await query(`SELECT u.id, u.run_id, u.assignment_id, u.kind, coalesce(u.replaces_unit_id, '') AS replaces FROM ${tableOf(target, 'unit')} u
    JOIN ${tableOf(target, 'assignment')} a ON a.id = u.assignment_id ORDER BY u.run_id, a.position, u.unit_index`)
  return rows.map(row => ({
    id: String(row['id']), runId: String(row['run_id']), assignmentId: String(row['assignment_id']), kind: String(row['kind']),
    replaces: row['replaces'] === '' ? null : String(row['replaces']),
  }))
}

const ANSWERED = new Set(['completed', 'accepted', 'soft_rejected', 'rejected'])

/** The rows agree with the model, but for leases that ran out: those may have been taken back; and for onboardings: those may have been judged. */
async function agree(model: Spec, { query, target }: Real): Promise<void> {
  const statuses = new Map((await query(`SELECT id, status FROM ${tableOf(target, 'agent')}`)).map(row => [row['id'], row['status']]))
  for (const attempt of model.attempts) {
    if (attempt.until > model.now || statuses.get(attempt.agentId) !== 'timeout') continue
    if (attempt.status === 'in_task') endAttempt(model, attempt, 'timeout')
    // Taken back just before its run's end was brought to its units.
    if (attempt.status === 'expired') attempt.status = 'timeout'
  }
  for (const onboarding of model.onboardings) if (onboarding.status === 'waiting' && statuses.get(onboarding.agentId) !== 'waiting') settleOnboarding(onboarding)
  expect(Object.fromEntries(statuses)).toEqual(Object.fromEntries([...model.attempts, ...model.onboardings].map(({ agentId, status }) => [agentId, status])))
  const runs = await query(`SELECT id, status, reserved_minor, owed_minor, coalesce(budget_minor, -1) AS budget, units_total, units_open, units_answered FROM ${tableOf(target, 'task_run')} ORDER BY id`)
  const told = model.runs.map(run => {
    const units = model.units.filter(unit => unit.runId === run.id)
    return [run.id, run.status, run.reserved, run.owed, run.budget ?? -1, units.length, openUnits(model, run.id).length, units.filter(unit => ANSWERED.has(unit.status)).length].map(String)
  })
  expect(runs.map(row => Object.values(row).map(String))).toEqual(told.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)))
}

const KNOWN = [0, 1].map(index => ({ input: { text: `known ${String(index)}` }, expected: { label: 'positive' } }))
const SCHOOL = {
  onboarding: { qualification: 'onboarded', input: { question: 'ready?' } }, training: { qualification: 'trained', items: KNOWN.slice(1) },
  gold: { qualification: 'gold', items: KNOWN, rate: 0 },
}

/** A launch has no id of the caller's, so it goes to the instance on which nothing goes wrong. */
async function launch(model: Spec, real: Real, shape: { items: number; units: number; budget: number | null; isSchool?: true }): Promise<void> {
  const { id } = await real.sound.desk<{ id: string }>('operator', 'runs.launch', {
    blueprint: shape.isSchool ? 'schooled' : 'sentiment', ...sentimentRun(shape.items), unitsPerAssignment: shape.units, leaseMs: LEASE_MS, pay: { minor: PAY, currency: 'USD' },
    ...(shape.budget === null ? {} : { budget: { minor: shape.budget, currency: 'USD' } }), ...(shape.isSchool ? { task: 'school', ...SCHOOL } : {}),
  })
  model.runs.push({ id, pay: PAY, isSchool: shape.isSchool ?? false, budget: shape.budget, leaseMs: LEASE_MS, unitsPerAssignment: shape.units, status: 'running', reserved: 0, owed: 0 })
  for (const row of await unitRows(real)) if (row.runId === id) model.units.push(freshUnit(row))
}

type Command = fc.AsyncCommand<Spec, Real>

function command(name: string, run: (model: Spec, real: Real) => Promise<void>): Command {
  return { check: () => true, run, toString: () => name }
}

const small = fc.nat({ max: 11 })
const message: fc.Arbitrary<{ name: string; make: Maker }> = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(fc.nat({ max: 2 }), small).map(([run, worker]) => ({ name: `claim(${String(run)}, ${String(worker)})`, make: makers.claim(run, worker) })) },
  { weight: 7, arbitrary: fc.tuple(fc.nat({ max: 4 }), small).map(([index, id]) => ({ name: `submit(${String(index)}, ${String(id)})`, make: makers.submit(index, id) })) },
  { weight: 3, arbitrary: fc.tuple(fc.constantFrom('extend', 'return'), fc.nat({ max: 4 })).map(([what, index]) => ({ name: `${what}(${String(index)})`, make: makers.page(what, index) })) },
  { weight: 5, arbitrary: fc.record({
    reviewer: fc.constantFrom('rita', 'ravi'), verdict: fc.constantFrom('approve', 'soft_reject', 'reject', 'overturn', 'undo'), units: fc.array(small, { minLength: 1, maxLength: 2 }), run: fc.nat({ max: 2 }), repeats: small,
  }).map(request => ({ name: `review(${JSON.stringify(request)})`, make: makers.review(request) })) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('pause', 'resume', 'resume'), fc.nat({ max: 2 })).map(([verb, run]) => ({ name: `${verb}(${String(run)})`, make: makers.moveRun(verb, run) })) },
  { weight: 2, arbitrary: fc.nat({ max: 2 }).map(run => ({ name: `requeue(${String(run)})`, make: makers.requeue(run) })) },
  { weight: 3, arbitrary: fc.tuple(fc.nat({ max: 2 }), small).map(([index, id]) => ({ name: `handIn(${String(index)}, ${String(id)})`, make: makers.handIn(index, id) })) },
  { weight: 3, arbitrary: fc.tuple(fc.constantFrom('budget', 'unitsPerAssignment', 'rows'), fc.nat({ max: 2 }), small).map(([what, run, amount]) => ({ name: `topUp(${what}, ${String(run)}, ${String(amount)})`, make: makers.topUp(what, run, amount) })) },
  { weight: 1, arbitrary: fc.tuple(fc.nat({ max: 2 }), fc.constantFrom(LEASE_MS, 2 * LEASE_MS)).map(([run, ms]) => ({ name: `changeLeases(${String(run)}, ${String(ms)})`, make: makers.changeLeases(run, ms) })) },
  { weight: 2, arbitrary: fc.tuple(fc.nat({ max: 2 }), small, small).map(numbers => ({ name: `compensate(${numbers.join(', ')})`, make: makers.compensate(...numbers) })) },
  { weight: 1, arbitrary: fc.constant({ name: 'tick', make: makers.tick() }) },
)

const commands = (longest: number) => fc.commands([
  message.map(({ name, make }) => command(name, (model, real) => together(model, real, [make]))),
  // The same one twice, and others with it, all at the same time.
  fc.tuple(fc.array(message, { minLength: 1, maxLength: 2 }), fc.boolean()).map(([list, isDoubled]) => command(`together(${list.map(one => one.name).join(', ')}${isDoubled ? ', the first again' : ''})`,
    (model, real) => together(model, real, [...list, ...(isDoubled ? list.slice(0, 1) : [])].map(one => one.make)))),
  fc.constantFrom(1, 900, LEASE_MS - 1, LEASE_MS, LEASE_MS + 1, -700, -LEASE_MS).map(ms => command(`clock(${String(ms)})`, async (model, real) => {
    real.runtime.advance(ms)
    model.now += ms
  })),
  message.map(({ name, make }) => command(name, (model, real) => together(model, real, [make]))),
  // A rejection that is taken back after the work was given to others, who may have begun by then.
  fc.record({ run: fc.nat({ max: 1 }), worker: small, unit: fc.nat({ max: 3 }), isTaken: fc.boolean(), verdict: fc.constantFrom('overturn', 'undo') })
    .map(({ run, worker, unit, isTaken, verdict }) => command(`givenAway(${JSON.stringify({ run, worker, unit, isTaken, verdict })})`, async (model, real) => {
      const review = (what: string): Maker => makers.review({ reviewer: 'rita', verdict: what, units: [unit + 1], run, repeats: 0 })
      for (const make of [makers.claim(run, worker), makers.submit(0, worker + 20), review('reject'), makers.requeue(run), ...(isTaken ? [makers.claim(run, worker + 1)] : []), review(verdict)]) {
        await together(model, real, [make])
      }
    })),
  // Somebody who begins in a run with lessons, up to the unit after them.
  fc.tuple(small, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 3 }), fc.boolean()).map(([worker, ids, isDoubled]) => command(`lessons(${String(worker)}, ${String(ids)}, ${String(isDoubled)})`, async (model, real) => {
    const claims = Array.from({ length: 1 + Number(isDoubled) }, () => makers.claim(2, worker))
    for (const id of ids) {
      await together(model, real, claims)
      await together(model, real, [makers.handIn(0, 10 * id)])
      await together(model, real, claims)
      await together(model, real, [makers.submit(0, 50 + id)])
    }
    await together(model, real, claims)
  })),
  fc.nat({ max: 25 }).map(dice => command(`rare(${String(dice)})`, async (model, real) => {
    if (dice === 0) await together(model, real, [makers.moveRun('expire', 1)])
    if (dice === 3) await together(model, real, [makers.moveRun('drain', 1)])
    if (dice === 4) await together(model, real, [makers.moveRun('drain', 1), makers.submit(0, 31), makers.tick()])
    if (dice < 3 && model.runs.length < 5) await launch(model, real, { items: 2, units: 2, budget: 3 * PAY + 4 })
  })),
], { maxCommands: longest, size: 'max' })

const empty: { target?: OwnTarget } = {}
beforeAll(async () => {
  empty.target = makeFile()
  await onTarget(empty.target, query => query('SELECT 1'))
})
afterAll(() => empty.target?.drop())

async function begin(kind: TargetKind, seed: number): Promise<{ model: Spec; real: Real }> {
  const target = await (kind === 'sqlite' ? makeFile(empty.target) : makeTarget(kind))
  const runtime = virtualRuntime({ seed })
  const db = await openTarget(target, { now: runtime.now })
  const reader = await openClient(target)
  const struck = await Promise.all([1, 2].map(which => openTarget(target, {
    now: runtime.now, around: client => withFaults(client, randomFaults({ seed: seed + which, rates: { conflict: 10, lost_before: 4, lost_after: 4 } })),
  })))
  const real: Real = {
    target, runtime, db, calls: struck.map(one => localCalls(one, runtime)), sound: localCalls(db, runtime), answers: [], decisions: [], count: 0, workerIds: new Map(),
    query: async sql => reader.client.$queryRawUnsafe(sql),
    async close() {
      for (const one of [db, reader, ...struck]) await one.close()
      await target.drop()
    },
  }
  const model: Spec = { now: runtime.now(), runs: [], units: [], attempts: [], onboardings: [], decisions: [], batches: new Map(), acts: new Map(), rows: [] }
  await launch(model, real, { items: 2, units: 2, budget: null })
  await launch(model, real, { items: 4, units: 1, budget: 3 * PAY + 5 })
  await launch(model, real, { items: 3, units: 1, budget: 12 * PAY, isSchool: true })
  return { model, real }
}

/** The seed that a failure printed, to see it again. */
const FIXED_SEED = process.env['MEPHISTO_TEST_SEED']

describe.each(await targetKinds())('on %s', kind => {
  test('every reply is one that the model allows, and the database keeps every promise', async () => {
    const { runs: wanted, longest } = SEQUENCES[kind]
    let [replies, runs] = [0, 0]
    await fc.assert(fc.asyncProperty(commands(longest), fc.nat(), async (list, seed) => {
      const { model, real } = await begin(kind, seed)
      try {
        await fc.asyncModelRun(() => ({ model, real }), list)
        expect(await check(real.target, { acknowledged: real })).toEqual([])
        for (const run of model.runs) expect((await verifyRun(real.db, run.id)).difference).toBeNull()
        replies += real.answers.length + real.decisions.length + model.acts.size
        runs += 1
      } finally {
        await real.close()
      }
    }), { numRuns: TIMES * wanted, ...(FIXED_SEED === undefined ? {} : { seed: Number(FIXED_SEED) }) })
    console.log(`${kind}: ${String(runs)} sequences, ${String(replies)} replies to answers and requests`)
    expect(runs).toBe(TIMES * wanted)
    expect(replies).toBeGreaterThan(10 * runs)
    // A busy machine takes many times as long.
  }, TIMES * 600_000)
})
