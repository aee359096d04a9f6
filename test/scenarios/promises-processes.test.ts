import { describe, expect, test } from 'vitest'
import { verifyRun } from '../../sdk/operations/verify-run.js'
import { seededRandom, type Fault } from '../../sdk/testing/index.js'
import { sentimentRun } from '../sentiment.js'
import { drain } from './promise-drain.js'
import type { ServerProcess, Servers } from './promise-fork.js'
import { createPlayer, nothingHeard } from './promise-player.js'
import { openTarget, type Target } from './promise-open.js'
import { check, makeTarget, shortenLeases, targetKinds } from './promise-target.js'
import { serversForAllTests } from './servers-for-all-tests.js'

// Several server processes on one database, with faults in all of them and SIGKILL at any moment; people and reviewers
// who send everything again until they are told. What they were told is looked for in the end.

const PLAY_MS = 8_000
const SERVERS = 3
const PLAYERS = 6
const LEASE_MS = 1_500
/** Of a thousand steps. */
const RATES: Readonly<Partial<Record<Fault, number>>> = { conflict: 8, lost_before: 3, lost_after: 3, delay: 3, kill_before: 0.15, kill_after: 0.15 }

const wait = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

let servers: Servers
serversForAllTests(given => { servers = given })

/** Servers that are started again whenever they are killed, until the end. */
function crew(target: Target, random: () => number): { any(): ServerProcess; kill(): void; kills(): number; begin(): Promise<void>; end(): Promise<void> } {
  const slots: ServerProcess[] = []
  let isOver = false
  let kills = 0
  const keep = async (slot: number): Promise<void> => {
    const server = await servers.start({ target, rates: RATES, seed: Math.floor(random() * 1e9) })
    slots[slot] = server
    void server.ended.then(() => {
      kills += 1
      if (!isOver) void keep(slot).catch(() => undefined)
    })
    if (isOver) server.kill()
  }
  const pick = (): ServerProcess => {
    const server = slots[Math.floor(random() * slots.length)]
    if (!server) throw new Error('no server was started')
    return server
  }
  return {
    any: pick, kill: () => pick().kill(), kills: () => kills,
    begin: async () => { await Promise.all(Array.from({ length: SERVERS }, (_, slot) => keep(slot))) },
    async end() {
      isOver = true
      for (const server of slots) server.kill()
      await Promise.all(slots.map(server => server.ended))
    },
  }
}

describe.each(await targetKinds())('several processes on %s', kind => {
  test('keep every promise through conflicts, lost connections and kills, and leave nothing stuck', async () => {
    const seed = Math.floor(Math.random() * 1e9)
    const random = seededRandom(seed)
    const target = await makeTarget(kind)
    const db = await openTarget(target)
    const heard = nothingHeard()
    const team = crew(target, random)
    try {
      await team.begin()
      const keeper = await servers.start({ target, upkeepMs: 0 })
      const { id } = await keeper.desk<{ id: string }>('operator', 'runs.launch', {
        blueprint: 'sentiment', ...sentimentRun(60), unitsPerAssignment: 3, pay: { minor: 5, currency: 'USD' }, budget: { minor: 2 * 60 * 3 * 5, currency: 'USD' },
      })
      keeper.kill()
      await shortenLeases(target, id, LEASE_MS)
      const runs = [id]
      const end = performance.now() + PLAY_MS
      const players = Array.from({ length: PLAYERS }, async (_, index) => {
        const workers = Array.from({ length: 4 }, (_, n) => `worker ${String((index * 3 + n) % (PLAYERS * 3))}`)
        const player = createPlayer({ name: `p${String(index)}`, calls: team.any, random, workers, runs, heard, pause: () => wait(20 + random() * 60) })
        while (performance.now() < end) await player.act()
      })
      while (performance.now() < end) {
        await wait(300 + random() * 900)
        team.kill()
      }
      await Promise.all(players)
      await team.end()
      // A new process finishes what the killed ones left.
      const last = await servers.start({ target })
      const reasons: string[] = []
      for (const run of runs) reasons.push(await drain(last, run))
      const settledAt = await db.now()
      await last.tick()
      last.kill()
      console.log(`${kind}: seed ${String(seed)}, ${String(team.kills())} kills, ${String(heard.answers.length)} answers, ${String(heard.decisions.length)} decisions, ${String(runs.length)} runs (${reasons.join(', ')})`)
      expect({ seed, refused: heard.refused }).toEqual({ seed, refused: [] })
      expect({ seed, violations: await check(target, { acknowledged: heard, isClockSteady: true, settledAt }) }).toEqual({ seed, violations: [] })
      for (const [index, run] of runs.entries()) {
        expect((await verifyRun(db, run)).difference).toBeNull()
        if (reasons[index] !== 'no_places_left') continue
        const places = (await db.runs.get(run))?.config.features.screening?.mostUnits
        expect([await db.special.count(run, 'screening'), await db.special.countOpen(run)]).toEqual([places, 0])
      }
      expect(reasons[0]).toBe('all_answered')
      expect(team.kills()).toBeGreaterThan(SERVERS)
    } finally {
      await team.end()
      await db.close()
      await target.drop()
    }
  })
})
