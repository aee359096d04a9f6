import { expect, test } from 'vitest'
import { verifyRun } from '../../sdk/index.js'
import { withFaults } from '../../sdk/testing/index.js'
import { keptIn, openFilesStage, photos } from '../files-stage.js'
import { cutOffAt, untilKilled } from '../killed.js'
import { programOf } from '../program-of.js'
import { check, makeFile, makeTarget, targetKinds } from '../scenarios/promise-target.js'

const PROGRAM = await programOf(new URL('files-process.ts', import.meta.url))

const CONTENT = new Uint8Array(300_000).fill(7)
const ABOUT = { name: 'a.png', mediaType: 'image/png', uploadId: 'upload-of-ann' }

test.each(await targetKinds())('a process killed in the middle of a file leaves nothing that counts, and the page sends it again: %s', { timeout: 60_000 }, async kind => {
  const target = await makeTarget(kind)
  const stage = await openFilesStage(target)
  const run = await stage.launch()
  await untilKilled(PROGRAM, [kind, target.at, stage.folder, run.id, ABOUT.uploadId])
  expect([...stage.kept()].map(([name]) => name.slice(-7))).toEqual(['-1.part'])
  const task = await stage.worker('ann').accept(photos, run)
  expect(task.resumed).toBe(true)
  const photo = await task.upload(CONTENT, ABOUT)
  expect(photo.bytes).toBe(CONTENT.length)
  await task.submit({ photo })
  const whole = [...stage.kept()].filter(([name]) => name.endsWith('-2'))
  expect(whole.map(([, size]) => size)).toEqual([CONTENT.length])
  // What the first try left goes with the file.
  await stage.db.files.discardOf({ workerId: (await stage.db.agents.get(task.agentId))?.workerId ?? '' }, 0)
  expect((await stage.mephisto.operator.tick()).discardedFiles).toBe(1)
  expect([...stage.kept()]).toEqual([])
  await stage.close()
  await target.drop()
})

// Cut off from the database for good at each step in turn; a commit is done all the same at every other one.
test('cut off at any step of sending a file and the answer with it, the same calls go on from there', { timeout: 120_000 }, async () => {
  const begun = await makeTarget('sqlite')
  const stage = await openFilesStage(begun)
  const run = await stage.launch({ data: [{ place: 'one' }] })
  await stage.worker('ann').accept(photos, run)
  await stage.close()
  let steps = 0
  for (let isStruck = true; isStruck;) {
    steps += 1
    const target = makeFile(begun)
    const cut = cutOffAt(steps)
    const whole = async (from: Awaited<ReturnType<typeof openFilesStage>>): Promise<{ $file: string }> => {
      const task = await from.worker('ann').accept(photos, run)
      const photo = await task.upload(CONTENT, ABOUT)
      await task.submit({ photo }, 'submission-of-ann')
      return photo
    }
    const struck = await openFilesStage(target, { around: client => withFaults(client, cut.plan) })
    const outcome = await whole(struck).catch((error: unknown) => error)
    isStruck = cut.isStruck()
    expect(outcome instanceof Error, `step ${String(steps)}`).toBe(isStruck)
    const next = await openFilesStage(target, { folder: struck.folder })
    // Where the answer was stored and its reply lost, there is no more to do.
    if (isStruck && (await next.db.runs.get(run.id))?.status !== 'completed') await whole(next)
    const rows: unknown[] = []
    for await (const { answer } of next.mephisto.exportRows(photos, { run: run.id })) rows.push(answer.photo.bytes)
    expect(rows, `step ${String(steps)}`).toEqual([CONTENT.length])
    expect([...keptIn(next.folder).values()], `step ${String(steps)}`).toContain(CONTENT.length)
    expect(await verifyRun(next.db, run.id)).toMatchObject({ difference: null })
    expect(await check(target)).toEqual([])
    await next.close()
    await struck.close()
    await target.drop()
  }
  expect(steps).toBeGreaterThan(20)
  await begun.drop()
})
