import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HOUR_MS, openStage } from '../publishing-stage.js'
import { expectSound } from '../run-checks.js'

test('whatever happens in whatever order: never more live or about to be than may be, nothing twice, nothing left', async () => {
  const kinds = ['fail', 'lose_reply', 'refuse', 'slow'] as const
  const step = fc.oneof(
    fc.record({ do: fc.constant('work' as const), who: fc.nat({ max: 3 }) }),
    fc.record({ do: fc.constant('fault' as const), kind: fc.constantFrom(...kinds), on: fc.constantFrom('openRun', 'publishUnit', 'withdrawUnit', 'setPlaces', 'closeRun' as const), times: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ do: fc.constant('later' as const), ms: fc.constantFrom(0, 3_000, HOUR_MS) }),
    fc.record({ do: fc.constantFrom('drain', 'expire', 'more', 'pause', 'resume' as const) }),
  )
  await fc.assert(fc.asyncProperty(fc.boolean(), fc.integer({ min: 1, max: 3 }), fc.array(step, { minLength: 10, maxLength: 25 }), async (countsPlaces, maxLiveUnits, steps) => {
    const stage = await openStage({ countsPlaces })
    const { mephisto } = stage
    const run = await stage.launch(4, { maxLiveUnits, unitsPerAssignment: 2 })
    let topUps = 0
    for (const next of steps) {
      if (next.do === 'work') await stage.work(`person ${String(next.who)}`, run).catch(() => undefined)
      else if (next.do === 'fault') stage.provider.fail({ ...next, ms: 1 })
      else if (next.do === 'later') await mephisto.advance(next.ms)
      else if (next.do === 'more') await mephisto.operator.topUp(run.id, { topUpId: `top-up-${String(topUps += 1)}-more`, data: [{ text: 'more' }] }).catch(() => undefined)
      else await mephisto.operator[next.do](run.id).catch(() => undefined)
      const { units, publishing } = await stage.progress(run)
      expect(units.launched + units.assigned + (publishing?.units.publishing ?? 0)).toBeLessThanOrEqual(maxLiveUnits)
      await expectSound(mephisto)
    }
    await mephisto.operator.expire(run.id).catch(() => undefined)
    for (let hours = 0; hours < 20; hours += 1) await mephisto.advance(HOUR_MS)
    // What was refused for good is asked for again when nothing is wrong any more.
    stage.provider.heal()
    await stage.replay(run)
    for (let hours = 0; hours < 20; hours += 1) await mephisto.advance(HOUR_MS)
    stage.expectNothingLeft()
    await expectSound(mephisto, { isSettled: true })
    await mephisto.close()
  }), { numRuns: 20, seed: 20261128 })
}, 120_000)
