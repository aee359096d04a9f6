import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TaskRun } from '../../sdk/data-model/entities.js'
import { implement, type LaunchOptions } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { expectSound } from '../run-checks.js'
import { sentiment, sentimentActs, sentimentRun } from '../sentiment.js'

let mephisto: TestMephisto
beforeEach(async () => { mephisto = await createTestMephisto({ blueprints: [implement(sentiment)] }) })
afterEach(() => mephisto.close())

const { launch, accept, progress, work: answer } = sentimentActs(() => mephisto)
const desk = (name = 'rita') => mephisto.caller({ id: name, name, roles: ['reviewer'] }).review
let decisions = 0
const decide = (verdict: 'approve' | 'soft_reject' | 'reject' | 'overturn', unitIds: string[], name?: string) =>
  desk(name).decide({ decisionId: `decision-${String(decisions += 1)}`, unitIds, verdict }).then(({ outcomes }) => outcomes)
const undo = (run: TaskRun, name?: string) => desk(name).undo({ decisionId: `decision-${String(decisions += 1)}`, run: run.id }).then(({ outcomes }) => outcomes)

describe('requeue', () => {
  test('gives rejected work to somebody else, in a run that had been completed', async () => {
    const run = await launch({}, 1)
    const unit = await answer('ann', run)
    expect((await progress(run)).run.status).toBe('completed')
    await decide('reject', [unit])
    expect(await mephisto.operator.requeue(run.id)).toMatchObject({ added: 1, assignmentsAtLimit: 0, run: { status: 'running', unitsTotal: 2, unitsOpen: 1, endedAt: null } })
    expect(await mephisto.worker('ann').refusal(run)).toBe('none_left_for_you')
    const other = await answer('ben', run)
    await decide('approve', [other])
    expect(await progress(run)).toMatchObject({ run: { status: 'completed', unitsTotal: 2, unitsOpen: 0, unitsAnswered: 2, owedMinor: 10, reservedMinor: 0 }, units: { accepted: 1, rejected: 1 } })
    const { rows } = await mephisto.db.units.find({ filter: { ids: [other] } })
    expect(rows).toMatchObject([{ replacesUnitId: unit, unitIndex: 1 }])
    await expectSound(mephisto)
  })

  test('adds nothing twice, however often it is asked for, in whatever process', async () => {
    const run = await launch({ unitsPerAssignment: 2 })
    const units = [await answer('ann', run), await answer('ann', run), await answer('ben', run), await answer('ben', run)]
    await decide('reject', units.slice(0, 3))
    const other = await mephisto.another()
    const reports = await Promise.all([1, 2, 3, 4].map(number => (number % 2 ? mephisto : other).operator.requeue(run.id)))
    expect(reports.reduce((sum, { added }) => sum + added, 0)).toBe(3)
    expect(await mephisto.operator.requeue(run.id)).toMatchObject({ added: 0, assignmentsAtLimit: 0 })
    await other.close()
    await expectSound(mephisto)
  })

  test('goes on with a run that was expired; who was at it may come back', async () => {
    const run = await launch({ unitsPerAssignment: 2 }, 2)
    await accept('ann', run)
    await answer('ben', run)
    await mephisto.operator.expire(run.id)
    expect(await mephisto.operator.requeue(run.id)).toMatchObject({ added: 3, run: { status: 'running', unitsOpen: 3, unitsTotal: 7 } })
    await answer('ann', run)
    await answer('ann', run)
    await answer('ben', run)
    expect((await progress(run)).run.status).toBe('completed')
    await expectSound(mephisto)
  })

  test('sets an answer to an expired unit aside, and who gave it has had the item', async () => {
    const run = await launch({}, 1)
    const ann = await accept('ann', run)
    await mephisto.operator.expire(run.id)
    expect(await ann.submit({ label: 'positive' })).toMatchObject({ outcome: 'set_aside', reason: 'run_ended' })
    await mephisto.operator.requeue(run.id)
    expect(await mephisto.worker('ann').refusal(run)).toBe('none_left_for_you')
    await expectSound(mephisto)
  })

  test('takes soft-rejected work only when it is asked for', async () => {
    const run = await launch({}, 2)
    await decide('soft_reject', [await answer('ann', run), await answer('ann', run)])
    expect(await mephisto.operator.requeue(run.id)).toMatchObject({ added: 0, run: { status: 'completed' } })
    expect(await mephisto.operator.requeue(run.id, { statuses: ['soft_rejected'], limit: 1 })).toMatchObject({ added: 1 })
    await expectSound(mephisto)
  })

  test('takes only the units that are named', async () => {
    const run = await launch({}, 3)
    const units = [await answer('ann', run), await answer('ann', run), await answer('ann', run)]
    await decide('reject', units)
    expect(await mephisto.operator.requeue(run.id, { units: units.slice(1, 2) })).toMatchObject({ added: 1 })
    expect((await accept('ben', run)).input.text).toBe('text 1')
    expect(await mephisto.worker('cem').refusal(run)).toBe('all_taken')
  })

  test('ends at the limit of an assignment, and says so', async () => {
    const run = await launch({}, 1)
    for (const [round, name] of ['ann', 'ben', 'cem'].entries()) {
      await decide('reject', [await answer(name, run)])
      expect(await mephisto.operator.requeue(run.id, { replacementsPerAssignment: 2 })).toMatchObject(round < 2 ? { added: 1, assignmentsAtLimit: 0 } : { added: 0, assignmentsAtLimit: 1 })
    }
    await expectSound(mephisto)
  })

  test('keeps to the limit on live units', async () => {
    const run = await launch({ maxLiveUnits: 2 }, 5)
    for (let item = 0; item < 5; item += 1) await decide('reject', [await answer('ann', run)])
    await mephisto.operator.requeue(run.id)
    expect((await progress(run)).units).toMatchObject({ created: 3, launched: 2, rejected: 5 })
    for (let item = 0; item < 5; item += 1) await answer('ben', run)
    expect((await progress(run)).run.status).toBe('completed')
    await expectSound(mephisto)
  })

  test('takes no more money than the budget has', async () => {
    const run = await launch({ budget: { minor: 20, currency: 'USD' } }, 2)
    const [first, second] = [await answer('ann', run), await answer('ann', run)]
    await decide('soft_reject', [first])
    await decide('reject', [second])
    await mephisto.operator.requeue(run.id, { statuses: ['rejected', 'soft_rejected'] })
    await answer('ben', run)
    expect(await mephisto.worker('ben').refusal(run)).toBe('budget_exhausted')
    await expectSound(mephisto)
  })
})

describe('a rejection that is taken back after its work was given to others', () => {
  const rejected = async (options: Partial<LaunchOptions<{ text: string }>> = {}): Promise<{ run: TaskRun; unit: string }> => {
    const run = await launch(options, 1)
    const unit = await answer('ann', run)
    await decide('reject', [unit])
    await mephisto.operator.requeue(run.id)
    return { run, unit }
  }

  test.each(['overturn', 'undo'] as const)('by %s takes the free unit with it, and completes the run', async verb => {
    const { run, unit } = await rejected()
    const outcomes = await (verb === 'undo' ? undo(run) : decide('overturn', [unit]))
    expect(outcomes).toMatchObject([{ unitId: unit, decided: true }])
    expect(await progress(run)).toMatchObject({ run: { status: 'completed', unitsOpen: 0 }, units: { expired: 1 } })
    expect(await mephisto.worker('ben').refusal(run)).toBe('all_answered')
    await expectSound(mephisto)
  })

  test.each(['overturn', 'undo'] as const)('by %s is refused while somebody is at it, or has answered it', async verb => {
    const { run, unit } = await rejected()
    const again = () => (verb === 'undo' ? undo(run) : decide('overturn', [unit]))
    const ben = await accept('ben', run)
    expect(await again()).toMatchObject([{ decided: false, status: 'rejected', message: expect.stringContaining('given to somebody else') as string }])
    await ben.submit({ label: 'negative' })
    expect(await again()).toMatchObject([{ decided: false, status: 'rejected' }])
    await decide('reject', [ben.unitId], 'ravi')
    expect(await again()).toMatchObject([{ decided: true }])
    // And now the other one has no place to come back to.
    expect(await decide('overturn', [ben.unitId], 'ravi')).toMatchObject([{ decided: false }])
    await expectSound(mephisto)
  })

  test('takes one place for each of a batch', async () => {
    const run = await launch({ unitsPerAssignment: 2 }, 1)
    const units = [await answer('ann', run), await answer('ben', run)]
    await decide('reject', units)
    await mephisto.operator.requeue(run.id)
    await accept('cem', run)
    const outcomes = await decide('overturn', units)
    expect(outcomes.map(outcome => outcome.decided).sort()).toEqual([false, true])
    await expectSound(mephisto)
  })

  test('leaves as many units live as may be', async () => {
    const run = await launch({ maxLiveUnits: 1 }, 3)
    const unit = await answer('ann', run)
    await decide('reject', [unit])
    await mephisto.operator.requeue(run.id)
    await decide('overturn', [unit])
    expect((await progress(run)).units).toMatchObject({ created: 1, launched: 1, accepted: 1, expired: 1 })
    await expectSound(mephisto)
  })

  test('can be rejected and given away once more', async () => {
    const { run, unit } = await rejected()
    await undo(run)
    await decide('reject', [unit])
    expect(await mephisto.operator.requeue(run.id)).toMatchObject({ added: 1 })
    await answer('ben', run)
    expect((await progress(run)).run.status).toBe('completed')
    await expectSound(mephisto)
  })
})

describe('what cannot be requeued', () => {
  test.each([
    [{ statuses: [] }, /statuses/], [{ statuses: ['completed'] }, /statuses\[0\]/], [{ limit: 0 }, /limit/], [{ replacementsPerAssignment: 0 }, /replacementsPerAssignment/],
    [{ units: ['not an id'] }, /units\[0\]/], [{ unit: [] }, /unit/],
  ])('%j is refused, naming the option', async (options, message) => {
    const run = await launch()
    await expect(mephisto.operator.requeue(run.id, options as object)).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringMatching(message) as string })
  })

  test('is a run that does not exist, a unit of another run, and a run that was never launched', async () => {
    const [run, other] = [await launch(), await launch()]
    await expect(mephisto.operator.requeue('01a2074b-ead3-7677-b55d-ba5f32bb10fb')).rejects.toMatchObject({ code: 'not_found' })
    const stranger = await answer('ann', other)
    await decide('reject', [stranger])
    await expect(mephisto.operator.requeue(run.id, { units: [stranger] })).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining(stranger) as string })
    let failed = ''
    await mephisto.operator.launch(sentiment, { ...sentimentRun(1), data: (function* () {
      yield { text: 'one' }
    })(), onProgress: ({ runId }) => {
      failed = runId
      throw new Error('stop')
    } }).catch(() => undefined)
    await expect(mephisto.operator.requeue(failed)).rejects.toMatchObject({ code: 'not_found' })
    expect((await progress(run)).run.unitsTotal).toBe(2)
  })

  test('over HTTP: by somebody who may only review', async () => {
    const run = await launch()
    await expect(mephisto.caller({ id: 'rita', name: 'Rita', roles: ['reviewer'] }).runs.requeue({ run: run.id })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(await mephisto.caller({ id: 'olga', name: 'Olga', roles: ['operator'] }).runs.requeue({ run: run.id })).toMatchObject({ added: 0, run: { status: 'running' } })
  })
})
