import { describe, expect, test } from 'vitest'
import { verifyRun } from '../../sdk/index.js'
import { RITA } from '../principals.js'
import { essay, openStage, requestId } from '../privacy-stage.js'
import { check, makeTarget, targetKinds } from '../scenarios/promise-target.js'
import { actInProcess } from './act-in-process.js'

// What waits is approved unread from several processes.

describe.each(await targetKinds())('on %s', kind => {
  test('at once, killed in the middle and sent again, each answer is approved once', { timeout: 120_000 }, async () => {
    const target = await makeTarget(kind)
    const { mephisto, db, launch, worker, close } = await openStage(target)
    const run = await launch({ unitsPerAssignment: 1 })
    for (const name of ['ann', 'ben', 'cem', 'dee']) await (await worker(name).accept(essay, run)).submit({ text: 'words' })
    const review = mephisto.caller(RITA).review
    const { units } = await review.queue({ run: run.id, isSampled: true, limit: 2 })
    await review.decide({ decisionId: requestId(), unitIds: units.map(({ unitId }) => unitId), verdict: 'approve' })
    const approve = (name: string, request: string, killAt = 0) => actInProcess(target, { act: 'approveRest', name, request, killAt })
    const [ritas, ravis] = [requestId(), requestId()]
    expect(await approve('rita', ritas, 12)).toBeNull()
    expect(await check(target)).toEqual([])
    const said = await Promise.all([approve('rita', ritas), approve('rita', ritas), approve('ravi', ravis)])
    expect(said.map(one => one?.code)).toEqual([undefined, undefined, undefined])
    expect(said[1]).toEqual(said[0])
    expect((await mephisto.operator.progress(run.id)).units).toMatchObject({ accepted: 4, completed: 0 })
    const { rows } = await db.decisions.find({ filter: { runId: run.id } })
    expect(rows.filter(({ effects }) => effects.isUnread)).toHaveLength(2)
    expect(rows).toHaveLength(4)
    expect(await verifyRun(db, run.id)).toMatchObject({ difference: null })
    expect(await check(target)).toEqual([])
    await close()
    await target.drop()
  })
})
