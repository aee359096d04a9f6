import { describe, expect, test } from 'vitest'
import { verifyRun, type ReopenedView } from '../../sdk/index.js'
import { atEachCut } from '../each-cut.js'
import { essay, named, openStage, requestId, RITA, type PrivacyStage } from '../privacy-stage.js'
import { check, makeTarget, targetKinds, type OwnTarget } from '../scenarios/promise-target.js'
import { actInProcess } from './act-in-process.js'

const RUNS = 3
const ITEMS = 4

/** In each of some runs Ann has an accepted answer, two that wait for review, and a unit under way; Ben has the same. */
async function annWorks({ mephisto, launch, worker }: PrivacyStage): Promise<readonly string[]> {
  const runs: string[] = []
  for (let number = 0; number < RUNS; number += 1) {
    const run = await launch({ task: `essays ${String(number)}`, data: Array.from({ length: ITEMS }, (_, index) => ({ topic: String(index) })) })
    for (const name of ['ann', 'ben']) {
      const units: string[] = []
      for (let count = 0; count < 3; count += 1) {
        const task = await worker(name).accept(essay, run)
        await task.submit({ text: 'words' })
        units.push(task.unitId)
      }
      await mephisto.caller(RITA).review.decide({ decisionId: requestId(), unitIds: units.slice(0, 1), verdict: 'approve' })
      await worker(name).accept(essay, run)
    }
    runs.push(run.id)
  }
  return runs
}

const reopenedIn = (runs: readonly string[]): readonly ReopenedView[] => runs.map(run => ({ run, takenBack: 1, decided: 3, added: 3, kept: 0, why: null }))
const ofAnn = { people: [named('ann')], scope: 'everywhere', reason: 'spam', reopen: 'accepted', verdict: 'reject' } as const

/** All that Ann had is with others, all that Ben had is as it was, and nothing is broken. */
async function expectReopened(target: OwnTarget, { db, mephisto }: PrivacyStage, runs: readonly string[]): Promise<void> {
  for (const run of runs) {
    expect(await mephisto.operator.progress(run)).toMatchObject({ run: { unitsTotal: 2 * ITEMS + 3, reservedMinor: 30, owedMinor: 10 }, units: { launched: 4, assigned: 1, completed: 2, accepted: 1, rejected: 3 } })
    expect(await verifyRun(db, run)).toMatchObject({ difference: null })
  }
  expect(await check(target)).toEqual([])
}

/** All is as it was before, except for what Ann was at. */
async function expectRestored(target: OwnTarget, { db, mephisto }: PrivacyStage, runs: readonly string[]): Promise<void> {
  for (const run of runs) {
    expect(await mephisto.operator.progress(run)).toMatchObject({ run: { reservedMinor: 50, owedMinor: 20 }, units: { launched: 1, assigned: 1, completed: 4, accepted: 2, rejected: 0, expired: 3 } })
    expect(await verifyRun(db, run)).toMatchObject({ difference: null })
  }
  expect(await check(target)).toEqual([])
}

/** A process that blocks Ann. */
const blocking = (target: OwnTarget, request: string, killAt = 0) => actInProcess(target, { act: 'block', name: 'ann', request, killAt })

describe.each(await targetKinds())('on %s', kind => {
  test('the same request in two processes at once, and two lifts at once, are each done once', { timeout: 120_000 }, async () => {
    const target = await makeTarget(kind)
    const stage = await openStage(target)
    const runs = await annWorks(stage)
    const request = requestId()
    const said = await Promise.all([blocking(target, request), blocking(target, request)])
    for (const one of said) expect(one).toMatchObject({ reply: { reopened: reopenedIn(runs) } })
    await expectReopened(target, stage, runs)
    const other = await openStage(target)
    const blockIds = (await stage.mephisto.people.blocks()).blocks.map(({ id }) => id)
    const lifts = [requestId(), requestId()]
    const replies = await Promise.all([...lifts, ...lifts].map((id, index) => (index % 2 ? stage : other).mephisto.people.lift(RITA, { requestId: id, blockIds, undo: true })))
    for (const { restored } of replies) expect(restored).toEqual(runs.map(run => ({ run, restored: 3, kept: 0, why: null })))
    await expectRestored(target, stage, runs)
    await other.close()
    await stage.close()
    await target.drop()
  })

  test('a process that is killed in the middle leaves what the same request finishes', { timeout: 240_000 }, async () => {
    const target = await makeTarget(kind)
    const stage = await openStage(target)
    const runs = await annWorks(stage)
    const request = requestId()
    let wasHalf = false
    for (const killAt of [25, 45, 60]) {
      expect(await blocking(target, request, killAt)).toBeNull()
      const rejected = await Promise.all(runs.map(async run => (await stage.mephisto.operator.progress(run)).units.rejected))
      wasHalf ||= rejected.includes(0) && rejected.includes(3)
      for (const id of runs) expect(await verifyRun(stage.db, id), `killed at ${String(killAt)}`).toMatchObject({ difference: null })
      expect(await check(target)).toEqual([])
    }
    expect(wasHalf).toBe(true)
    expect((await stage.mephisto.people.block(RITA, { requestId: request, ...ofAnn, people: [named('ann')] })).reopened).toEqual(reopenedIn(runs))
    await expectReopened(target, stage, runs)
    expect(await blocking(target, request)).toMatchObject({ reply: { reopened: reopenedIn(runs) } })
    await stage.close()
    await target.drop()
  })
})

test.each(['block', 'lift'] as const)('cut off at any step, a %s is whole so far, and is finished by the upkeep of another process', { timeout: 240_000 }, async act => {
  let now = Date.UTC(2026, 0, 1)
  const clock = { now: () => now }
  const planted = await makeTarget('sqlite')
  const stage = await openStage(planted, clock)
  const runs = await annWorks(stage)
  if (act === 'lift') await stage.mephisto.people.block(RITA, { requestId: requestId(), ...ofAnn, people: [named('ann')] })
  const blockIds = (await stage.mephisto.people.blocks()).blocks.map(({ id }) => id)
  await stage.close()
  const request = requestId()
  const again = ({ mephisto }: PrivacyStage) => (act === 'block' ? mephisto.people.block(RITA, { requestId: request, ...ofAnn, people: [named('ann')] }) : mephisto.people.lift(RITA, { requestId: request, blockIds, undo: true }))
  const steps = await atEachCut(planted, {
    // Commits at even steps are done all the same.
    clock, every: 3, act: again,
    async look({ target, next, step, outcome, isStruck }) {
      if (outcome instanceof Error) expect(isStruck).toBe(true)
      for (const id of runs) expect(await verifyRun(next.db, id), `step ${String(step)}`).toMatchObject({ difference: null })
      expect(await check(target), `step ${String(step)}`).toEqual([])
      const isWritten = (await next.mephisto.outbox.calls({ topic: act === 'block' ? 'block.reopen' : 'block.restore' })).calls.length > 0
      const before = now
      now += 180_000
      if (isWritten) {
        await next.mephisto.operator.tick()
        await (act === 'block' ? expectReopened : expectRestored)(target, next, runs)
      }
      now = before
      const reply = await again(next)
      expect(reply).toMatchObject(act === 'block' ? { reopened: reopenedIn(runs) } : { restored: runs.map(run => ({ run, restored: 3, kept: 0, why: null })) })
      expect(await again(next)).toEqual(reply)
      await (act === 'block' ? expectReopened : expectRestored)(target, next, runs)
    },
  })
  expect(steps).toBeGreaterThan(30)
  await planted.drop()
})
