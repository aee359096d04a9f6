import { afterEach, describe, expect, test } from 'vitest'
import { defineFeed, fromFeed } from '../../sdk/index.js'
import { counting, countingTo, fedActs, rowTexts, unsteady } from '../feeds.js'
import { expectSound } from '../run-checks.js'
import { sentiment } from '../sentiment.js'

const { open, closeAll, launch, stateOf, feedOf, answer } = fedActs()
afterEach(closeAll)

/** An instance whose feed does what it is told, and a run that it feeds. */
async function fedBy(how: ReturnType<typeof unsteady>['told']['now'], ahead = 10) {
  const { told, feed } = unsteady()
  const mephisto = await open({ feed })
  told.now = how
  return { told, mephisto, run: await launch(mephisto, fromFeed('feed', { ahead })) }
}

describe('a feed', () => {
  test('that throws once is read again, and what it gave before is kept', async () => {
    const { told, mephisto, run } = await fedBy('throw', 4)
    await mephisto.operator.tick()
    expect(await mephisto.operator.progress(run.id)).toMatchObject({ run: { dataFeed: { status: 'open', rows: 2 } }, feedReading: { error: 'the source is down' } })
    await mephisto.advance(1_100)
    expect((await mephisto.outbox.calls({ topic: 'run.feed.sentiment' })).calls).toMatchObject([{ subjectId: run.id, status: 'pending', tries: 1, result: { error: 'the source is down' } }])
    told.now = 'rows'
    await mephisto.advance(2_000)
    expect(await mephisto.operator.progress(run.id)).toMatchObject({ run: { dataFeed: { status: 'open', rows: 4 } }, feedReading: { error: null } })
    expect(await answer(mephisto, ['ann'], run)).toEqual(rowTexts(1, 4))
    expect(told.closed).toBe(told.opened)
    await expectSound(mephisto)
  })

  test('that throws for good has failed, keeps its run open, and is resumed by the operator', async () => {
    const { told, mephisto, run } = await fedBy('throw', 10)
    for (let tries = 0; tries < 12; tries += 1) await mephisto.advance(400_000)
    expect(await mephisto.operator.progress(run.id)).toMatchObject({ run: { status: 'running', dataFeed: { status: 'failed', rows: 2, badCursor: null } }, feedReading: { error: 'the source is down', tries: 10 } })
    expect(await answer(mephisto, ['ann'], run)).toEqual(rowTexts(1, 2))
    expect(await stateOf(mephisto, run)).toMatchObject({ status: 'running' })
    expect(await mephisto.worker('ann').refusal(run)).toBe('waiting_for_items')
    await expectSound(mephisto, { isSettled: true })
    await expect(mephisto.operator.resumeFeed(run.id, { skipRow: true })).rejects.toMatchObject({ code: 'illegal_move', message: expect.stringContaining('none to skip') as string })
    told.now = 'rows'
    expect(await mephisto.operator.resumeFeed(run.id)).toMatchObject({ dataFeed: { status: 'open' } })
    await mephisto.operator.tick()
    expect(await answer(mephisto, ['ann'], run)).toEqual(rowTexts(3, 12))
    await expectSound(mephisto)
  })

  test('that failed is also resumed by having its call made again', async () => {
    const { told, mephisto, run } = await fedBy('bad', 3)
    await mephisto.operator.tick()
    expect(await feedOf(mephisto, run)).toMatchObject({ status: 'failed' })
    const [call] = (await mephisto.outbox.calls({ statuses: ['failed'] })).calls
    told.now = 'rows'
    await mephisto.outbox.replay({ id: 'olga', name: 'Olga', roles: ['operator'] }, { requestId: 'request-1', callIds: [call?.id ?? ''] })
    await mephisto.operator.tick()
    expect(await feedOf(mephisto, run)).toMatchObject({ status: 'open', rows: 3, badCursor: null })
    await expectSound(mephisto)
  })

  test.each(['bad', 'error'] as const)('with a row that cannot be taken (%s) fails in front of it at once; it is read again or skipped', async how => {
    const { mephisto, run } = await fedBy(how, 4)
    await mephisto.operator.tick()
    const said = how === 'bad' ? 'Data row 3 does not fit the input schema of "sentiment": row 3.text' : 'row 3 is broken there'
    expect(await mephisto.operator.progress(run.id)).toMatchObject({ run: { dataFeed: { status: 'failed', cursor: '2', rows: 2, badCursor: '3' } }, feedReading: { error: expect.stringContaining(said) as string } })
    await mephisto.operator.resumeFeed(run.id)
    await mephisto.operator.tick()
    expect(await feedOf(mephisto, run)).toMatchObject({ status: 'failed', rows: 2, badCursor: '3' })
    await mephisto.operator.resumeFeed(run.id, { skipRow: true })
    await mephisto.operator.tick()
    expect(await answer(mephisto, ['ann'], run)).toEqual(['row 1', 'row 2', 'row 4', 'row 5'])
    await expectSound(mephisto)
  })

  test('that gives two rows under one cursor is told so, rather than read for ever', async () => {
    const { mephisto, run } = await fedBy('same')
    await mephisto.operator.tick()
    expect((await mephisto.operator.progress(run.id)).feedReading?.error).toContain('two rows under the cursor 2')
    expect(await feedOf(mephisto, run)).toMatchObject({ rows: 2 })
  })

  test('that hangs keeps nobody waiting, is closed, and another reading goes on', async () => {
    const { told, mephisto, run } = await fedBy('hang', 4)
    const ticking = mephisto.operator.tick()
    await expect.poll(async () => (await feedOf(mephisto, run))?.rows).toBe(2)
    expect(await answer(mephisto, ['ann'], run)).toEqual(rowTexts(1, 2))
    expect((await ticking).calls).toMatchObject({ failed: 0 })
    // The reading that got on was no try that failed; the one after it, which got nothing, is the first.
    expect((await mephisto.outbox.calls({ statuses: ['pending'] })).calls).toMatchObject([{ subjectId: run.id, tries: 1 }])
    told.now = 'rows'
    await mephisto.advance(2_000)
    await mephisto.operator.tick()
    expect(await answer(mephisto, ['ann'], run)).toEqual(rowTexts(3, 6))
    await expectSound(mephisto)
  }, 60_000)

  test('that rests is read again when its time has come, and not before', async () => {
    const { told, mephisto, run } = await fedBy('rest', 4)
    await mephisto.operator.tick()
    told.now = 'rows'
    const { opened: before } = told
    for (let round = 0; round < 5; round += 1) await mephisto.advance(11_000)
    expect([told.opened, (await feedOf(mephisto, run))?.rows]).toEqual([before, 2])
    await mephisto.advance(10_000)
    expect((await feedOf(mephisto, run))?.rows).toBe(4)
  })

  test('that ended is read on from where it stands when the operator resumes it, also after its run was completed', async () => {
    let last = 2
    const feed = defineFeed(sentiment, {
      async *read({ after }) {
        await Promise.resolve()
        for (let number = Number(after ?? 0) + 1; number <= last; number += 1) yield { row: { text: `row ${String(number)}` }, cursor: number }
      },
    })
    const mephisto = await open({ feed })
    const run = await launch(mephisto, fromFeed('feed'))
    await mephisto.operator.tick()
    expect(await answer(mephisto, ['ann'], run)).toEqual(rowTexts(1, 2))
    expect(await stateOf(mephisto, run)).toMatchObject({ status: 'completed', dataFeed: { status: 'ended' } })
    last = 3
    expect(await mephisto.operator.resumeFeed(run.id)).toMatchObject({ status: 'running', dataFeed: { status: 'open' } })
    await mephisto.operator.tick()
    expect(await answer(mephisto, ['ann'], run)).toEqual(['row 3'])
    expect(await stateOf(mephisto, run)).toMatchObject({ status: 'completed', dataFeed: { status: 'ended', rows: 3 } })
    await expectSound(mephisto, { isSettled: true })
  })

  test('that is no longer in the code is said to be missing, and read on when it is there again', async () => {
    const first = await open()
    const run = await launch(first, countingTo())
    await first.operator.tick()
    await answer(first, ['ann'], run)
    const without = await open({ another: counting }, first.file)
    for (let tries = 0; tries < 12; tries += 1) await without.advance(400_000)
    expect(await without.operator.progress(run.id)).toMatchObject({ run: { dataFeed: { status: 'failed', rows: 10 } }, feedReading: { error: expect.stringContaining('has no feed "counting" in this instance; it has "another"') as string } })
    first.runtime.advance(without.runtime.now() - first.runtime.now())
    await first.operator.resumeFeed(run.id)
    await first.operator.tick()
    expect(await answer(first, ['ann'], run)).toEqual(rowTexts(11, 20))
    await expectSound(first)
  })

  test('is left alone by instances of which no blueprint has feeds, and progress says that nobody reads it', async () => {
    const first = await open()
    const run = await launch(first, countingTo())
    const without = await open({}, first.file)
    await without.advance(60_000)
    expect(await without.operator.progress(run.id)).toMatchObject({ run: { dataFeed: { status: 'open', rows: 0 } }, feedReading: { dueSince: first.runtime.now(), tries: 0 } })
  })

  test('cannot be resumed where there is none, where it is open, or while its run drains', async () => {
    const mephisto = await open()
    const plain = await launch(mephisto, [{ text: 'one' }])
    await expect(mephisto.operator.resumeFeed(plain.id)).rejects.toMatchObject({ code: 'illegal_move', message: expect.stringContaining('no data feed') as string })
    await expect(mephisto.operator.resumeFeed('00000000-0000-7000-8000-000000000000')).rejects.toMatchObject({ code: 'not_found' })
    const run = await launch(mephisto, countingTo())
    await expect(mephisto.operator.resumeFeed(run.id, { skip: true } as never)).rejects.toMatchObject({ code: 'invalid_input' })
    expect(await mephisto.operator.resumeFeed(run.id)).toMatchObject({ dataFeed: { status: 'open' } })
    await mephisto.operator.tick()
    const task = await mephisto.worker('ann').accept(sentiment, run)
    await mephisto.operator.drain(run.id)
    await expect(mephisto.operator.resumeFeed(run.id)).rejects.toMatchObject({ code: 'illegal_move', message: expect.stringContaining('draining') as string })
    await task.submit({ label: 'positive' })
    await expectSound(mephisto)
  })
})
