import { describe, expect, test } from 'vitest'
import { verifyRun } from '../../sdk/index.js'
import { everyText } from '../every-text.js'
import { ALL_OF_PIA, essay, NAME, OLGA, openStage, plant, PLANTED, requestId, type PrivacyStage } from '../privacy-stage.js'
import { check, makeTarget, onTarget, tableOf, targetKinds, type OwnTarget } from '../scenarios/promise-target.js'
import { actInProcess } from './act-in-process.js'

// Processes of their own, on every database that is there.

/** More than one stretch of the audit trail, and more than one portion of answers. */
async function plantMuch(target: OwnTarget, stage: PrivacyStage): Promise<readonly string[]> {
  const run = await stage.launch({ task: 'long', unitsPerAssignment: 1, data: Array.from({ length: 230 }, (_, index) => ({ topic: String(index) })) })
  for (let count = 0; count < 230; count += 1) await (await stage.worker(NAME).accept(essay, run)).submit({ text: `planted ${String(count)}` })
  const { runs } = await plant(stage)
  const [worker] = (await stage.mephisto.people.workers({ externalId: NAME })).workers
  const rows = Array.from({ length: 4_500 }, (_, index) => `('${requestId()}', 'rita', 'note', 'worker', '${worker?.id ?? ''}', '{"request":{"worker":"${index % 3 === 0 ? worker?.id ?? '' : 'nobody'}","reason":"${index % 3 === 0 ? 'planted' : 'fine'}"}}', 1)`)
  const columns = '(id, actor_id, action, subject, subject_id, body, created_at)'
  for (let from = 0; from < rows.length; from += 500) await onTarget(target, query => query(`INSERT INTO ${tableOf(target, 'audit')} ${columns} VALUES ${rows.slice(from, from + 500).join(', ')}`))
  return [run, ...runs].map(({ id }) => id)
}

describe.each(await targetKinds())('on %s', kind => {
  test('two processes that erase the same person at once leave nothing, and a sound log', { timeout: 120_000 }, async () => {
    const target = await makeTarget(kind)
    const stage = await openStage(target)
    const runs = await plantMuch(target, stage)
    const said = await Promise.all([requestId(), requestId()].map(request => actInProcess(target, { act: 'erase', request })))
    // Whoever comes when the other is done already finds nobody of this name.
    for (const one of said) expect(one?.reply !== undefined || one?.code === 'not_found').toBe(true)
    expect(said.some(one => one?.reply !== undefined)).toBe(true)
    expect((await everyText(target)).filter(({ text }) => text.toLowerCase().includes(PLANTED))).toEqual([])
    for (const id of runs) expect(await verifyRun(stage.db, id)).toMatchObject({ difference: null })
    expect(await check(target)).toEqual([])
    await stage.close()
    await target.drop()
  })

  test('a process that is killed between portions, and again, is gone on from by the same request', { timeout: 240_000 }, async () => {
    const target = await makeTarget(kind)
    const stage = await openStage(target)
    const runs = await plantMuch(target, stage)
    const request = requestId()
    let left = Infinity
    for (const killAt of [12, 24, 30, 44, 60]) {
      expect(await actInProcess(target, { act: 'erase', request, killAt })).toBeNull()
      for (const id of runs) expect(await verifyRun(stage.db, id), `killed at ${String(killAt)}`).toMatchObject({ difference: null })
      const remains = (await everyText(target)).filter(({ text }) => text.toLowerCase().includes(PLANTED)).length
      expect(remains).toBeLessThanOrEqual(left)
      left = remains
    }
    const reply = await stage.mephisto.privacy.erase(OLGA, { requestId: request, ...ALL_OF_PIA })
    expect(reply.answers).toBe(238)
    expect(await actInProcess(target, { act: 'erase', request })).toEqual({ reply })
    expect((await everyText(target)).filter(({ text }) => text.toLowerCase().includes(PLANTED))).toEqual([])
    for (const id of runs) expect(await verifyRun(stage.db, id)).toMatchObject({ difference: null })
    expect(await check(target)).toEqual([])
    await stage.close()
    await target.drop()
  })
})
