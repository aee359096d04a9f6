// The mock blueprint, as a host's own tests would use it: with everything that a run may ask of people.
import { expect, test } from 'vitest'
import { createTestMephisto, mockAnswer, mockBlueprint, mockData, mockLiveBlueprint, mockLiveTask } from '../../sdk/testing/index.js'

test('(row 66) a crowd does a run of the mock blueprint with onboarding, training and gold, right and wrong, without any code of the host', async () => {
  const mephisto = await createTestMephisto()
  const run = await mephisto.operator.launch(mockBlueprint, {
    task: 'numbers', requester: 'lab', provider: 'inhouse', data: mockData(4), args: { factor: 3 },
    onboarding: { qualification: 'introduced', input: {} }, training: { qualification: 'trained', items: [{ input: { number: 100 } }] },
    gold: { qualification: 'gold', items: [{ input: { number: 200 } }] },
  })
  const [ann, ben] = [mephisto.worker('ann'), mephisto.worker('ben')]
  await ben.onboard(mockBlueprint, run, { shouldPass: false })
  expect(await ben.refusal(run)).toBe('onboarding_failed')
  await ann.onboard(mockBlueprint, run, { shouldPass: true })
  const numbers: number[] = []
  for (let refusal = null; refusal === null; refusal = await ann.refusal(run)) {
    const task = await ann.accept(mockBlueprint, run)
    numbers.push(task.input.number)
    await task.submit(mockAnswer(task))
  }
  expect(numbers.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 100, 200])
  const answers = []
  for await (const { input, answer } of mephisto.exportRows(mockBlueprint, { run: run.id })) answers.push(answer.number / Math.max(1, input.number))
  expect(new Set(answers)).toEqual(new Set([0, 3]))
  expect((await mephisto.operator.progress(run.id)).run.status).toBe('completed')
  await mephisto.close()
})

test('(row 66) two people do an item of the live mock blueprint together, under a clock that moves when it is told', async () => {
  const mephisto = await createTestMephisto({ blueprints: [mockLiveTask] })
  const run = await mephisto.operator.launch(mockLiveBlueprint, { task: 'numbers', requester: 'lab', provider: 'inhouse', unitsPerAssignment: 2, data: mockData(1) })
  const [ann, ben] = [await mephisto.worker('ann').accept(mockLiveBlueprint, run), await mephisto.worker('ben').accept(mockLiveBlueprint, run)]
  await mephisto.advance(1)
  await ann.act('send', { number: 1 })
  await ben.act('send', { number: 2 })
  expect((await ann.packets()).filter(({ kind }) => kind === 'message').map(({ body }) => body)).toEqual([{ seat: 0, number: 1 }])
  for (const task of [ann, ben]) expect(await task.submit({ number: task.input.number })).toMatchObject({ outcome: 'completed' })
  expect((await mephisto.operator.progress(run.id)).run.status).toBe('completed')
  await mephisto.close()
})
