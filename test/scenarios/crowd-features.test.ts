import { describe, expect, test } from 'vitest'
import { verifyRun } from '../../sdk/operations/verify-run.js'
import { isMephistoError } from '../../sdk/index.js'
import { seededRandom } from '../../sdk/testing/index.js'
import type { Work } from './promise-calls.js'
import type { ServerProcess, Servers } from './promise-fork.js'
import { openClient, openTarget, type Target } from './promise-open.js'
import { check, makeTarget, onTarget, tableOf, targetKinds } from './promise-target.js'
import { serversForAllTests } from './servers-for-all-tests.js'

// 200 people of different skill, pace and patience in one run with everything on: onboarding, training, screening, gold
// units, limits. Two server processes on one database, of which one is killed in the middle of its calls; another comes later.

const START = Date.UTC(2026, 0, 1)
const SEED = 7
const PEOPLE = 200
const ITEMS = 150
const UNITS = 3
const LEASE_MS = 60_000
const MOST_EACH = 40
const MOST_LIVE = 60
const MOST_SCREENING = 150
const [KILLED, REPLACED] = [6, 12]

interface Person {
  readonly name: string
  /** Chance of a right answer. */
  readonly skill: number
  /** Chance to give an item back, or to walk away from it. */
  readonly patience: number
  /** Rounds between taking an item and answering it; a lease lasts for four. */
  readonly pace: number
  credential?: string
  /** The item that is thought about, and the round in which it is answered. */
  underWay?: { readonly submissionId: string; readonly label: string; readonly agentToken: string; readonly readyAt: number }
  answered: number
  /** Answers that came after the lease. */
  late: number
}

/** Half of the people answer at once, most others in a while; who needs longest comes after the lease. */
const PACES = [0, 0, 0, 0, 0, 1, 1, 1, 3, 5] as const
const [QUICK, SLOW] = [0, 3]
/** Who was late so often comes no more. */
const MOST_LATE = 2

/** The right answer is in the text. */
const item = (name: string, index: number) => ({ text: `${name} ${String(index)}: ${rightOf(index)}` })
const rightOf = (index: number): string => (index % 2 ? 'positive' : 'negative')
const known = (name: string, items: number) => Array.from({ length: items }, (_, index) => ({ input: item(name, index), expected: { label: rightOf(index) } }))
const other = (label: string): string => (label === 'positive' ? 'negative' : 'positive')

let servers: Servers
serversForAllTests(given => { servers = given })

/** What somebody does who comes to a server in this round; it may be killed meanwhile. */
async function act(server: ServerProcess, person: Person, { run, round, random }: { readonly run: string; readonly round: number; readonly random: () => number }): Promise<string> {
  if (person.underWay) return handIn(server, person, person.underWay)
  const [understands, dice, isRight] = [random() < 0.2 + person.skill, random(), random() < person.skill]
  person.credential ??= (await server.desk<{ credential: string }>('operator', 'runs.invite', { run, worker: person.name })).credential
  const work = await server.page<Work & { input: { text: string } }>('register', { provider: 'inhouse', credential: person.credential })
  if (work.status === 'refused') return work.reason ?? ''
  if (work.status === 'onboarding') {
    await server.page('submit', { submissionId: crypto.randomUUID(), answer: { reply: understands ? 'yes' : 'no' } }, work.agentToken)
    return 'onboarding'
  }
  if (dice > person.patience) {
    if (dice < (1 + person.patience) / 2) await server.page('return', {}, work.agentToken)
    return 'dropped'
  }
  const label = work.input.text.split(': ')[1] ?? ''
  person.underWay = { submissionId: crypto.randomUUID(), label: isRight ? label : other(label), agentToken: work.agentToken, readyAt: round + person.pace }
  return person.pace === 0 ? handIn(server, person, person.underWay) : 'thinking'
}

/** An answer is handed in until a server has said what became of it. */
async function handIn(server: ServerProcess, person: Person, { submissionId, label, agentToken }: NonNullable<Person['underWay']>): Promise<string> {
  const { outcome } = await server.page<{ outcome: 'completed' | 'set_aside' }>('submit', { submissionId, answer: { label } }, agentToken)
  delete person.underWay
  if (outcome === 'completed') person.answered += 1
  else person.late += 1
  return outcome === 'completed' ? 'answered' : 'late'
}

/** How many answers people of a pace gave who pass the tests, on average. */
function answersAt(pace: number, people: readonly Person[]): number {
  const those = people.filter(person => person.pace === pace && person.skill > 0.5)
  return those.reduce((sum, { answered }) => sum + answered, 0) / those.length
}

/** How many ordinary units of a run people have or could take now, and how many were made to screen them. Ends with `close`. */
async function unitCounts(target: Target, run: string): Promise<{ live(): Promise<number>; screening(): Promise<number>; close(): Promise<void> }> {
  const { client, close } = await openClient(target)
  const count = async (which: string): Promise<number> => {
    const rows = await client.$queryRawUnsafe<{ units: unknown }[]>(`SELECT count(*) AS units FROM ${tableOf(target, 'unit')} WHERE run_id = '${run}' AND ${which}`)
    return Number(rows[0]?.units)
  }
  return { close, live: () => count("kind = 'standard' AND status IN ('launched', 'assigned')"), screening: () => count("kind = 'screening' AND status <> 'expired'") }
}

/** Ordinary answers that count, with what was asked, and how many each worker gave. */
function answersOf(target: Target, run: string) {
  const [submission, unit, assignment, standing] = ['submission', 'unit', 'assignment', 'run_worker'].map(name => tableOf(target, name))
  return onTarget(target, async query => ({
    rows: await query(`SELECT b.answer, s.input FROM ${submission ?? ''} b JOIN ${unit ?? ''} u ON u.id = b.unit_id JOIN ${assignment ?? ''} s ON s.id = u.assignment_id
      WHERE b.outcome = 'completed' AND u.kind = 'standard' AND u.run_id = '${run}'`),
    most: Number((await query(`SELECT max(units_completed) AS units FROM ${standing ?? ''} WHERE run_id = '${run}'`))[0]?.['units']),
  }))
}

describe.each(await targetKinds())('200 people with everything on, on %s,', kind => {
  test('answer every unit once, are paid once, and those who cannot do it do little', { timeout: 300_000 }, async () => {
    const random = seededRandom(SEED)
    const target = await makeTarget(kind)
    const clock = { now: START }
    const start = (): Promise<ServerProcess> => servers.start({ target, startAt: clock.now, upkeepMs: 0 })
    const [first, second] = await Promise.all([start(), start()])
    const up = [first, second]
    const { id: run } = await first.desk<{ id: string }>('operator', 'runs.launch', {
      blueprint: 'schooled', task: 'count', requester: 'lab', provider: 'inhouse', data: Array.from({ length: ITEMS }, (_, index) => item('text', index)), unitsPerAssignment: UNITS,
      leaseMs: LEASE_MS, pay: { minor: 2, currency: 'USD' }, maxLiveUnits: MOST_LIVE, unitsPerWorker: MOST_EACH, order: 'random', seed: SEED,
      onboarding: { qualification: 'onboarded', input: { question: 'Understood?' } }, training: { qualification: 'trained', items: known('lesson', 2) },
      screening: { passed: 'passed', failed: 'failed', items: known('test', 5), mostUnits: MOST_SCREENING },
      gold: { qualification: 'gold', items: known('gold', 20), minimumRight: 1, mostWrong: 1 },
    })
    const people = Array.from({ length: PEOPLE }, (_, index): Person => ({
      name: `person ${String(index)}`, skill: index % 4 === 0 ? 0.4 : 0.97, patience: 0.85 + random() * 0.14, pace: PACES[index % PACES.length] ?? 0, answered: 0, late: 0,
    }))
    const counts = await unitCounts(target, run)
    let [mostLive, mostScreening] = [0, 0]
    const told = new Map<string, number>()
    const progress = () => first.desk<{ run: { status: string }; units: Record<string, number>; refusals: { reason: string }[] }>('operator', 'runs.progress', { run })
    for (let round = 0; round < 200 && (await progress()).run.status === 'running'; round += 1) {
      if (round === REPLACED) up.push(await start())
      const here = people.filter(({ underWay, late }) => late < MOST_LATE && (underWay ? round >= underWay.readyAt : random() < 0.25))
      const tried = (server: ServerProcess, person: Person): Promise<string> => act(server, person, { run, round, random }).catch((error: unknown) => {
        if (isMephistoError(error) && error.code === 'unavailable') return 'unavailable'
        throw error
      })
      const acting = here.map((person, index) => tried(up[index % up.length] ?? first, person))
      if (round === KILLED) {
        await acting[1]
        // Whoever asks in the moment in which it is killed is not answered, however quick it was with the others.
        const idle = people.find(person => !person.underWay && !here.includes(person))
        if (idle) acting.push(tried(second, idle))
        second.kill()
        up.pop()
      }
      for (const outcome of await Promise.all(acting)) told.set(outcome, (told.get(outcome) ?? 0) + 1)
      mostLive = Math.max(mostLive, await counts.live())
      mostScreening = Math.max(mostScreening, await counts.screening())
      clock.now += LEASE_MS / 4
      for (const server of up) await server.advance(LEASE_MS / 4)
      await first.tick()
    }
    const { run: ended, units, refusals } = await progress()
    expect(ended.status, JSON.stringify(Object.fromEntries(told))).toBe('completed')
    expect(second.isAlive()).toBe(false)
    expect(told.get('unavailable')).toBeGreaterThan(0)
    expect(units).toMatchObject({ created: 0, launched: 0, assigned: 0, completed: ITEMS * UNITS })
    for (const reason of ['onboarding_failed', 'screening_failed', 'gold_failed', 'all_taken']) expect(refusals.map(refusal => refusal.reason)).toContain(reason)
    // As many were live, and screened, as may be, and never more.
    expect(mostLive).toBe(MOST_LIVE)
    expect(mostScreening).toBe(MOST_SCREENING)
    expect(told.get('late')).toBeGreaterThan(0)
    expect(answersAt(QUICK, people)).toBeGreaterThan(answersAt(SLOW, people))
    await counts.close()
    for (const server of up) server.kill()
    const db = await openTarget(target)
    expect((await verifyRun(db, run)).difference).toBeNull()
    await db.close()
    expect(await check(target, { settledAt: clock.now })).toEqual([])
    // Ordinary answers of those who guess: nearly all of them were kept out before.
    const { rows, most } = await answersOf(target, run)
    const wrong = rows.filter(({ answer, input }) => !(JSON.parse(String(input)) as { text: string }).text.endsWith((JSON.parse(String(answer)) as { label: string }).label))
    expect(rows).toHaveLength(ITEMS * UNITS)
    expect(wrong.length / rows.length).toBeLessThan(0.12)
    expect(most).toBeLessThanOrEqual(MOST_EACH)
    console.log(`${kind}: ${JSON.stringify(Object.fromEntries(told))}, ${String(mostScreening)} screened, ${answersAt(QUICK, people).toFixed(1)} answers each at once and ${answersAt(SLOW, people).toFixed(1)} slowly, ${String(wrong.length)} of ${String(rows.length)} wrong`)
    await target.drop()
  })
})
