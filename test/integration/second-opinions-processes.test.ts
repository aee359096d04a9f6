import { describe, expect, test } from 'vitest'
import { verifyRun } from '../../sdk/index.js'
import { essay, openStage, requestId } from '../privacy-stage.js'
import { check, makeTarget, targetKinds } from '../scenarios/promise-target.js'
import { actInProcess } from './act-in-process.js'

// Two reviewers judge the same answers in two processes.

describe.each(await targetKinds())('on %s', kind => {
  test('at once or killed in the middle, each answer is decided once, by two who say the same', { timeout: 120_000 }, async () => {
    const target = await makeTarget(kind)
    const { mephisto, db, launch, worker, close } = await openStage(target)
    const run = await launch({ secondOpinions: 1, unitsPerAssignment: 1 })
    for (const name of ['ann', 'ben', 'cem', 'dee']) await (await worker(name).accept(essay, run)).submit({ text: 'words' })
    const judge = (name: string, request: string, killAt = 0) => actInProcess(target, { act: 'judge', name, request, killAt })
    const [ritas, ravis] = [requestId(), requestId()]
    expect(await judge('rita', ritas, 12)).toBeNull()
    expect(await check(target)).toEqual([])
    const said = await Promise.all([judge('rita', ritas), judge('rita', ritas), judge('ravi', ravis)])
    expect(said.map(one => one?.code)).toEqual([undefined, undefined, undefined])
    expect(said[1]).toEqual(said[0])
    expect((await mephisto.operator.progress(run.id)).units).toMatchObject({ accepted: 4, completed: 0 })
    const { rows } = await db.decisions.find({ filter: { runId: run.id } })
    expect(rows.map(({ verdict }) => verdict).sort()).toEqual([...Array<string>(4).fill('approve'), ...Array<string>(4).fill('opine')])
    expect(new Set(rows.map(({ unitId, actorId }) => `${unitId} ${actorId}`)).size).toBe(8)
    expect(await verifyRun(db, run.id)).toMatchObject({ difference: null })
    expect(await check(target)).toEqual([])
    await close()
    await target.drop()
  })
})
