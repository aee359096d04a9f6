import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { usd, verifyRun, type LiveSettings, type TaskRun } from '../../sdk/index.js'
import { withFaults } from '../../sdk/testing/index.js'
import { cutOffAt } from '../killed.js'
import { liveServers, type LiveServers } from '../live-servers.js'
import { peopleAt } from '../people-at.js'
import type { SessionsStage } from '../sessions-stage.js'
import { check, makeFile, makeTarget, onTarget, tableOf, targetKinds, type OwnTarget } from '../scenarios/promise-target.js'
import { storedTallies, wrongIn } from '../tally-checks.js'
import { isWriting, launchTallies, openTallyStage } from '../tally-stage.js'
import { LOBBY_MS, theDeserted, theLobby, theReplaced, type Telling, type Told } from '../tally-story.js'

// The process that serves people who work together dies at a step of what it writes, and another goes on. The people know nothing of
// that: their pages send again what was not answered. Whenever it died, the end must be the same.

/** By then calls of a process that is gone are made by others, and nobody is taken for gone. */
const LATER_MS = 96_000
/** Every so manieth step is tried, from one by chance on. */
const STRIDE = 4
/** Steps of the story that a process writes that lives, at least; in each of these parts one by chance is its last. */
const [STEPS, PARTS] = [180, [0, 1, 2, 3]]

interface Ending {
  readonly target: OwnTarget
  readonly stage: SessionsStage
  readonly run: TaskRun
  readonly told: Told
  /** Effects that were done, each as often as it was; null where nobody knows. */
  readonly asked: readonly string[] | null
}

async function inspect({ target, stage, run, told, asked }: Ending): Promise<void> {
  const [session, ...others] = await storedTallies(target, run)
  expect(others).toEqual([])
  expect(session?.counts).toEqual(told.counts)
  expect(session && wrongIn(session, told.actions)).toEqual([])
  expect((await stage.mephisto.operator.progress(run.id)).run.status).toBe('completed')
  if (asked) expect(new Set(asked).size).toBe(told.counts['ask'] ?? 0)
  expect(await verifyRun(stage.db, run.id)).toMatchObject({ difference: null })
  expect(await check(target)).toEqual([])
}

interface Story {
  readonly name: string
  readonly live: LiveSettings
  tell(telling: Telling): Promise<Told>
}

const story = (name: string, tell: Story['tell'], live: LiveSettings): Story => ({ name, tell, live })
const replaced = story('one of them is replaced', theReplaced, { whenSomebodyLeaves: 'replace' })
const stories = [
  replaced, story('one of them leaves, and it ends', theDeserted, { whenSomebodyLeaves: 'end' }),
  story('the first waits in vain', theLobby, { lobbyMs: LOBBY_MS, lobbyPay: usd('0.20') }),
]

/** The story with an instance that is cut off for good at a step of what it writes; whether it came so far. */
async function cutOff({ tell, live }: Story, { begun, run }: { readonly begun: OwnTarget; readonly run: TaskRun }, step: number): Promise<boolean> {
  const target = makeFile(begun)
  const asked: string[] = []
  let [isOn, ahead] = [false, 0]
  const cut = cutOffAt(step, () => isOn)
  const options = { everyMs: null, now: () => Date.now() + ahead, onAsked: (effectId: string) => { asked.push(effectId) } }
  const struck = await openTallyStage(target, { ...options, around: client => withFaults(client, one => (isWriting(one) || cut.isStruck() ? cut.plan(one) : null)) })
  isOn = true
  let stage = struck
  const opening = cut.struck.then(async () => {
    ahead += LATER_MS
    stage = await openTallyStage(target, options)
  })
  const told = await tell({
    run, comer: peopleAt({ invite: invitation => struck.mephisto.invite(invitation).catch(async () => { await opening; return stage.mephisto.invite(invitation) }) }, { origins: () => [stage.origin] }),
    due: async () => { await stage.mephisto.operator.tick().catch(() => undefined) },
    advance: ms => { ahead += ms },
  })
  isOn = false
  if (cut.isStruck()) await opening
  await inspect({ target, stage, run, told, asked })
  if (live.lobbyPay) {
    const paid = await onTarget(target, query => query(`SELECT amount_minor FROM ${tableOf(target, 'ledger_entry')} WHERE unit_id IS NULL AND kind = 'owe'`))
    expect(paid.map(row => Number(row['amount_minor']))).toEqual([live.lobbyPay.minor])
  }
  for (const one of new Set([stage, struck])) await one.close()
  await target.drop()
  return cut.isStruck()
}

test.each(stories)('cut off at a step, another goes on, and it ends the same: $name', { timeout: 240_000 }, async told => {
  const begun = await makeTarget('sqlite')
  const stage = await openTallyStage(begun, { everyMs: null })
  const run = await launchTallies(stage, { live: told.live })
  await stage.close()
  const [start, first] = [performance.now(), 1 + Math.floor(Math.random() * STRIDE)]
  let step = first
  while (await cutOff(told, { begun, run }, step).catch((error: unknown) => { throw new Error(`cut off at step ${String(step)}`, { cause: error }) })) step += STRIDE
  console.log(`${told.name}: one of ${String(STRIDE)} of ${String(step)} steps from ${String(first)} on in ${String(Math.round(performance.now() - start))} ms`)
  expect(step).toBeGreaterThan(60)
  await begun.drop()
})

describe.each(await targetKinds())('SIGKILL on %s', kind => {
  let servers: LiveServers
  beforeAll(async () => { servers = await liveServers() })
  afterAll(() => servers.close())

  test.each(PARTS)('in part %i of what is written: another process goes on, and it ends the same', async part => {
    const target = await makeTarget(kind)
    const asked: string[] = []
    let ahead = 0
    const desk = await openTallyStage(target, { everyMs: null, now: () => Date.now() + ahead, onAsked: effectId => { asked.push(effectId) } })
    const run = await launchTallies(desk, { live: replaced.live })
    const at = 1 + Math.floor(((part + Math.random()) * STEPS) / PARTS.length)
    const killed = await servers.start({ target, killed: { at, how: Math.random() < 0.5 ? 'kill_before' : 'kill_after' } })
    killed.begin()
    const told = await replaced.tell({
      run, comer: peopleAt(desk.mephisto, { origins: () => [killed.isAlive() ? killed.origin : desk.origin] }),
      async due() {
        if (killed.isAlive()) {
          await new Promise(resolve => { setTimeout(resolve, 20) })
          return
        }
        // Only the dead keep the others waiting: until then its calls are its own.
        ahead = LATER_MS
        await desk.mephisto.operator.tick()
      },
    })
    console.log(`${kind}: to be killed at step ${String(at)}, and ${killed.isAlive() ? 'was done before' : 'was'}`)
    await servers.kill()
    // It did one itself, perhaps: it is gone with what it knew.
    expect(asked.length).toBeLessThanOrEqual(1)
    await inspect({ target, stage: desk, run, told, asked: null })
    await desk.close()
    await target.drop()
  })
})
