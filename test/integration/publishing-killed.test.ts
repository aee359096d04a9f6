import { expect, test } from 'vitest'
import { implement, type Mephisto } from '../../sdk/index.js'
import { mock, mockCrowd } from '../../sdk/providers/mock.js'
import { createTestMephisto } from '../../sdk/testing/index.js'
import { closeAfterEach } from '../close-after-each.js'
import { atEachStep } from '../each-step.js'
import { expectSound } from '../run-checks.js'
import { sentiment, sentimentRun } from '../sentiment.js'

const keep = closeAfterEach()

/** A process that is gone wherever it is in this story; another one goes on after its leases. */
const STORIES: Readonly<Record<string, (struck: Mephisto, runId: string) => Promise<void>>> = {
  'opens a run and publishes its units': async struck => {
    await struck.operator.tick()
  },
  'expires a run whose units are published': async (struck, runId) => {
    await struck.operator.expire(runId)
    await struck.operator.tick()
  },
  'drains a run whose units are published': async (struck, runId) => {
    await struck.operator.drain(runId)
    await struck.operator.tick()
  },
}

test.each(Object.entries(STORIES))('a process that %s is cut off at each step: nothing is shown twice, and nothing is left', async (name, tell) => {
  const crowd = mockCrowd()
  const providers = [mock({ crowd })]
  const mephisto = keep(await createTestMephisto({ blueprints: [implement(sentiment)], providers }))
  const times = await atEachStep(mephisto, async struck => {
    const run = await mephisto.operator.launch(sentiment, { ...sentimentRun(2), provider: 'mock', maxLiveUnits: 1 })
    if (!name.startsWith('opens')) await mephisto.operator.tick()
    await tell(struck, run.id).catch(() => undefined)
    await expectSound(mephisto, { runs: [run] })
    await mephisto.advance(61_000)
    await mephisto.operator.tick()
    if (name.startsWith('opens')) {
      expect(await mephisto.operator.progress(run.id)).toMatchObject({ run: { status: 'running' }, units: { created: 1, launched: 1 } })
      const shown = crowd.listings().filter(({ runId, isUp }) => isUp && runId === run.id)
      expect(shown.map(({ kind }) => kind).sort()).toEqual(['run', 'unit'])
    }
    await mephisto.operator.expire(run.id).catch(() => undefined)
    await mephisto.advance(61_000)
    await mephisto.operator.tick()
    const listings = crowd.listings().filter(({ runId }) => runId === run.id)
    expect(listings.filter(({ isUp }) => isUp)).toEqual([])
    expect(new Set(listings.map(({ about }) => about)).size).toBe(listings.length)
    await expectSound(mephisto, { isSettled: true, runs: [run] })
  }, { providers })
  expect(times).toBeGreaterThan(15)
}, 240_000)

test('a process that launches a run for a provider is cut off at each step: the run is there whole, or not at all', async () => {
  const crowd = mockCrowd()
  const providers = [mock({ crowd })]
  const mephisto = keep(await createTestMephisto({ blueprints: [implement(sentiment)], providers }))
  const seen = new Set<string>()
  await atEachStep(mephisto, async (struck, step) => {
    await struck.operator.launch(sentiment, { ...sentimentRun(2), task: `task ${String(step)}`, provider: 'mock' }).catch(() => undefined)
    await mephisto.operator.tick()
    await mephisto.advance(660_000)
    await mephisto.operator.tick()
    const runs = await mephisto.operator.runs({ taskName: `task ${String(step)}` })
    if (runs.length === 0) seen.add('none')
    for (const run of runs) {
      seen.add(run.status)
      const shown = crowd.listings().filter(({ runId, isUp }) => isUp && runId === run.id).length
      expect([run.status, shown]).toEqual(run.status === 'running' ? ['running', 3] : ['failed', 0])
    }
    await expectSound(mephisto, { runs })
  }, { providers })
  expect(seen).toEqual(new Set(['none', 'failed', 'running']))
}, 240_000)
