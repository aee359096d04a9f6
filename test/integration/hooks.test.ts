import { afterEach, describe, expect, test } from 'vitest'
import type { TaskRun } from '../../sdk/data-model/entities.js'
import { implement, type BlueprintServer, type SubmittedUnit } from '../../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../../sdk/testing/index.js'
import { expectSound } from '../run-checks.js'
import { sentiment, sentimentRun } from '../sentiment.js'

type Server = BlueprintServer<typeof sentiment>

let opened: TestMephisto[] = []
let logged: object[] = []
afterEach(async () => {
  for (const one of opened) await one.close()
  opened = []
  logged = []
})

async function open(server: Server, file?: string): Promise<TestMephisto> {
  const note = (details: object): void => { logged.push(details) }
  const mephisto = await createTestMephisto({ blueprints: [implement(sentiment, server)], logger: { info: () => undefined, warn: note, error: note }, ...(file === undefined ? {} : { file }) })
  opened.unshift(mephisto)
  return mephisto
}

const launch = (mephisto: TestMephisto, items = 4, options: object = {}): Promise<TaskRun> => mephisto.operator.launch(sentiment, { ...sentimentRun(items), pay: { minor: 10, currency: 'USD' }, ...options })

describe('workerCanDoUnit', () => {
  /** Each text is for those whose number it has. */
  const byNumber: Server = { workerCanDoUnit: ({ externalId }, { input }) => input.text.endsWith(externalId.slice(-1)) }

  test('lets nobody have a unit that is not for them, and says so to who is left with nothing', async () => {
    const mephisto = await open(byNumber)
    const run = await launch(mephisto)
    for (const name of ['ann 2', 'ben 0', 'cem 3']) {
      const task = await mephisto.worker(name).accept(sentiment, run)
      expect(task.input.text).toBe(`text ${name.slice(-1)}`)
      await task.submit({ label: 'positive' })
      expect(await mephisto.worker(name).refusal(run)).toBe('none_suitable')
    }
    expect(await mephisto.worker('dan 7').refusal(run)).toBe('none_suitable')
    expect((await mephisto.operator.progress(run.id)).refusals).toMatchObject([{ reason: 'none_suitable', workers: 4 }])
    expect((await mephisto.worker('eva 1').accept(sentiment, run)).input.text).toBe('text 1')
    expect(await mephisto.worker('fay 1').refusal(run)).toBe('all_taken')
    await expectSound(mephisto)
  })

  test('is asked with the worker, the run and the input, after its schema', async () => {
    const asked: unknown[] = []
    const mephisto = await open({
      workerCanDoUnit: (worker, unit) => {
        asked.push({ worker, unit })
        return Promise.resolve(true)
      },
    })
    const run = await launch(mephisto, 1)
    const { unitId } = await mephisto.worker('ann').accept(sentiment, run)
    expect(asked).toEqual([{
      worker: { workerId: expect.any(String) as string, provider: 'inhouse', externalId: 'ann' },
      unit: { args: {}, runId: run.id, task: 'tweets', unitId, assignmentId: expect.any(String) as string, input: { text: 'text 0' } },
    }])
  })

  test('is not asked for a unit under way, nor for training, screening and gold', async () => {
    let asked = 0
    const mephisto = await open({
      workerCanDoUnit: () => {
        asked += 1
        return true
      },
    })
    const run = await launch(mephisto, 2, { training: { qualification: 'trained', items: [{ input: { text: 'known' }, expected: { label: 'positive' } }] } })
    await (await mephisto.worker('ann').accept(sentiment, run)).submit({ label: 'positive' })
    expect(asked).toBe(0)
    const { unitId } = await mephisto.worker('ann').accept(sentiment, run)
    asked = 0
    expect((await mephisto.worker('ann').accept(sentiment, run)).unitId).toBe(unitId)
    expect(asked).toBe(0)
  })

  test('gives each of many who come at once another unit', async () => {
    const mephisto = await open({ workerCanDoUnit: (_worker, { input }) => Number(input.text.slice(5)) % 2 === 1 })
    const run = await launch(mephisto, 200)
    const tasks = await Promise.all(Array.from({ length: 100 }, (_, index) => mephisto.worker(`worker ${String(index)}`).accept(sentiment, run)))
    expect(new Set(tasks.map(task => task.input.text)).size).toBe(100)
    expect(await mephisto.worker('late').refusal(run)).toBe('none_suitable')
    await expectSound(mephisto)
  })

  test('is asked anew when somebody else takes what it allowed meanwhile', async () => {
    let isFirst = true
    const mephisto: TestMephisto = await open({
      workerCanDoUnit: async ({ externalId }) => {
        if (externalId !== 'ann' || !isFirst) return true
        isFirst = false
        for (const name of ['ben', 'cem', 'dan', 'eva', 'fay']) await mephisto.worker(name).accept(sentiment, run)
        return true
      },
    })
    const run = await launch(mephisto, 6)
    expect((await mephisto.worker('ann').accept(sentiment, run)).input.text).toBe('text 5')
    expect(await mephisto.worker('gus').refusal(run)).toBe('all_taken')
  })

  test('finds what is far ahead, what was given back behind, and what somebody let run out', async () => {
    const mephisto = await open({ workerCanDoUnit: ({ externalId }, { input }) => externalId !== 'ann' || ['text 3', 'text 900'].includes(input.text) })
    const run = await launch(mephisto, 1_000)
    const held: string[] = []
    for (const name of ['ben', 'cem', 'dan', 'eva']) held.push((await mephisto.worker(name).accept(sentiment, run)).input.text)
    expect(held.at(-1)).toBe('text 3')
    const far = await mephisto.worker('ann').accept(sentiment, run)
    expect(far.input.text).toBe('text 900')
    await far.submit({ label: 'positive' })
    expect(await mephisto.worker('ann').refusal(run)).toBe('none_suitable')
    mephisto.runtime.advance(run.leaseMs + 1)
    expect((await mephisto.worker('ann').accept(sentiment, run)).input.text).toBe('text 3')
  })

  test('gives nobody two units of one item', async () => {
    const mephisto = await open({ workerCanDoUnit: () => true })
    const run = await launch(mephisto, 1, { unitsPerAssignment: 2 })
    await (await mephisto.worker('ann').accept(sentiment, run)).submit({ label: 'positive' })
    expect(await mephisto.worker('ann').refusal(run)).toBe('none_left_for_you')
  })

  test('that throws, hangs or gives something else keeps its unit from the worker alone', async () => {
    const mephisto = await open({
      workerCanDoUnit: ({ externalId }, { input }) => {
        if (input.text === 'text 0') throw new Error('a broken hook')
        if (input.text === 'text 1') return 'yes' as unknown as boolean
        if (input.text === 'text 2' && externalId === 'ann') return new Promise<boolean>(() => undefined)
        return true
      },
    })
    const run = await launch(mephisto)
    expect((await mephisto.worker('ann').accept(sentiment, run)).input.text).toBe('text 3')
    // Not what the host's own code said: it may quote an answer.
    const said = [/left out/, /it gave string where true or false was expected/, /it took longer than 2000 ms/]
    expect(logged).toMatchObject(said.map(message => ({ err: { message: expect.stringMatching(message) as string }, blueprint: 'sentiment', runId: run.id, unitId: expect.any(String) as string })))
    expect((await mephisto.worker('ben').accept(sentiment, run)).input.text).toBe('text 2')
    expect(await mephisto.worker('cem').refusal(run)).toBe('undecided')
    await expectSound(mephisto)
  })

  test('keeps nobody else waiting while it is slow', async () => {
    const answers: ((can: boolean) => void)[] = []
    const mephisto = await open({ workerCanDoUnit: ({ externalId }) => (externalId === 'ann' ? new Promise<boolean>(resolve => answers.push(resolve)) : true) })
    const run = await launch(mephisto)
    const ann = mephisto.worker('ann').accept(sentiment, run)
    await expect.poll(() => answers.length).toBe(1)
    await (await mephisto.worker('ben').accept(sentiment, run)).submit({ label: 'positive' })
    const release = setInterval(() => { answers.splice(0).forEach(answer => { answer(true) }) }, 1)
    expect((await ann).input.text).toBe('text 1')
    clearInterval(release)
  })
})

describe('onUnitSubmitted', () => {
  function collecting(): { seen: SubmittedUnit<typeof sentiment>[]; server: Server } {
    const seen: SubmittedUnit<typeof sentiment>[] = []
    return { seen, server: { onUnitSubmitted: unit => { seen.push(unit) } } }
  }

  test('is called for each answer that counts, with what was asked and answered', async () => {
    const { seen, server } = collecting()
    const mephisto = await open(server)
    const stop = mephisto.start()
    const run = await launch(mephisto)
    const task = await mephisto.worker('ann').accept(sentiment, run)
    await task.submit({ label: 'negative' }, 'submission-1')
    await task.submit({ label: 'negative' }, 'submission-1')
    await task.submit({ label: 'positive' }, 'submission-2')
    await expect.poll(() => seen).toEqual([{
      args: {}, runId: run.id, task: 'tweets', unitId: task.unitId, assignmentId: expect.any(String) as string, agentId: expect.any(String) as string, kind: 'standard', submittedAt: expect.any(Number) as number,
      worker: { workerId: expect.any(String) as string, provider: 'inhouse', externalId: 'ann' }, input: { text: 'text 0' }, answer: { label: 'negative' },
    }])
    await stop()
    await mephisto.operator.tick()
    expect(seen).toHaveLength(1)
  })

  test('survives the process that took the answer', async () => {
    const { seen, server } = collecting()
    const first = await open(server)
    const run = await launch(first)
    await (await first.worker('ann').accept(sentiment, run)).submit({ label: 'positive' })
    expect(seen).toEqual([])
    const second = await open(server, first.file)
    expect((await second.operator.tick()).calls.done).toBe(1)
    expect(seen).toMatchObject([{ answer: { label: 'positive' } }])
  })

  test('is tried again when it throws, and waits for an instance that has it', async () => {
    let tries = 0
    const failing: Server = {
      onUnitSubmitted: () => {
        tries += 1
        if (tries === 1) throw new Error('not now')
      },
    }
    const first = await open(failing)
    const run = await launch(first)
    await (await first.worker('ann').accept(sentiment, run)).submit({ label: 'positive' })
    expect((await first.operator.tick()).calls).toEqual({ done: 0, retried: 1, failed: 0 })
    const [call] = (await first.outbox.calls({ topic: 'unit.submitted.sentiment' })).calls
    expect(call).toMatchObject({ status: 'pending', tries: 1, subjectId: run.id, result: { error: 'not now' } })
    first.runtime.advance(60_000)
    await first.operator.tick()
    expect(tries).toBe(2)
    await (await first.worker('ben').accept(sentiment, run)).submit({ label: 'positive' })
    const without = await open({}, first.file)
    without.runtime.advance(first.runtime.now() - without.runtime.now())
    for (let times = 0; times < 20; times += 1) expect((await without.operator.tick()).calls).toEqual({ done: 0, retried: 0, failed: 0 })
    expect((await first.operator.tick()).calls).toMatchObject({ done: 1 })
    expect(tries).toBe(3)
  })

  test('is not called with an answer that was erased', async () => {
    const { seen, server } = collecting()
    const mephisto = await open(server)
    const run = await launch(mephisto)
    await (await mephisto.worker('ann').accept(sentiment, run)).submit({ label: 'positive' })
    await mephisto.caller({ id: 'olga', name: 'Olga', roles: ['operator'] }).privacy.erase({ requestId: 'request-1', person: { provider: 'inhouse', externalId: 'ann' }, force: true })
    expect((await mephisto.operator.tick()).calls.done).toBe(1)
    expect(seen).toEqual([])
  })

  test('costs nothing where there is none', async () => {
    const mephisto = await open({})
    const run = await launch(mephisto)
    await (await mephisto.worker('ann').accept(sentiment, run)).submit({ label: 'positive' })
    expect((await mephisto.outbox.calls()).calls).toEqual([])
  })
})

test.each(['workerCanDoUnit', 'onUnitSubmitted'])('%s must be a function', name => {
  expect(() => implement(sentiment, { [name]: 'yes' })).toThrow(`${name} must be a function`)
})
