import { expect } from 'vitest'
import { sentimentRun } from '../sentiment.js'
import { createTeller, type Story, type StoryServer } from './promise-teller.js'

const LEASE_MS = 5_000
const USD = (minor: number) => ({ minor, currency: 'USD' })

/** What happens to work: launch, claim, extend, submit, late submit, return, decide, undo, requeue, expire. */
async function work(server: () => StoryServer): Promise<Story> {
  const { launch, claim, page, submit, review, advance, tick, ask, move, told } = createTeller(server)
  await launch({ blueprint: 'sentiment', ...sentimentRun(3), unitsPerAssignment: 2, leaseMs: LEASE_MS, pay: USD(10), budget: USD(50) })
  const ann = await claim('ann')
  await page('extend', ann)
  await submit(ann, 'answer-of-ann')
  await submit(ann, 'second-of-ann')
  const ben = await claim('ben')
  await page('return', await claim('cem'))
  await advance(LEASE_MS + 1)
  await submit(ben, 'answer-of-ben')
  const dee = await claim('dee')
  await submit(dee, 'answer-of-dee')
  await tick()
  await review('decide', 'decision-1', { unitIds: [ann.unitId, dee.unitId], verdict: 'approve' })
  const { runId } = told()
  await review('undo', 'decision-2', { run: runId })
  await review('decide', 'decision-3', { unitIds: [ann.unitId], verdict: 'approve' })
  await review('decide', 'decision-4', { unitIds: [dee.unitId], verdict: 'reject' })
  await ask('runs.requeue')
  await review('decide', 'decision-5', { unitIds: [dee.unitId], verdict: 'overturn' })
  await review('undo', 'decision-6', { run: runId })
  await review('decide', 'decision-7', { unitIds: [dee.unitId], verdict: 'reject' })
  await ask('runs.requeue')
  await claim('eve')
  await move('expire')
  return told()
}

const KNOWN = [0, 1].map(index => ({ input: { text: `known ${String(index)}` }, expected: { label: 'positive' } }))

/** What operators do with a run in which people are taught: onboarding, training, gold, pause, more money and data, longer leases, compensation, drain. */
async function run(server: () => StoryServer): Promise<Story> {
  const { launch, claim, submit, review, request, advance, tick, ask, move, told } = createTeller(server)
  await launch({
    blueprint: 'schooled', ...sentimentRun(2), leaseMs: LEASE_MS, pay: USD(10), budget: USD(40),
    onboarding: { qualification: 'onboarded', input: { question: 'ready?' } }, training: { qualification: 'trained', items: KNOWN.slice(1) }, gold: { qualification: 'gold', items: KNOWN, rate: 0 },
  })
  const handIn = async (worker: string, reply: 'yes' | 'no'): Promise<void> => {
    await submit(await claim(worker), `onboarding-of-${worker}`, { reply })
    await tick()
  }
  await handIn('ann', 'yes')
  await submit(await claim('ann'), 'training-of-ann')
  await submit(await claim('ann'), 'gold-of-ann')
  await handIn('ben', 'no')
  expect(await claim('ben')).toMatchObject({ reason: 'onboarding_failed' })
  await move('pause')
  expect(await claim('ann')).toMatchObject({ reason: 'run_paused' })
  const { workers } = await ask<{ workers: { id: string; externalId: string }[] }>('people.workers')
  await request('runs.compensate', { compensationId: 'for-the-pause', worker: workers.find(({ externalId }) => externalId === 'ann')?.id, amount: USD(3), reason: 'it was paused' })
  await move('resume')
  await ask('runs.topUp', { budget: USD(120) })
  const more = { topUpId: 'more-for-all', data: [{ text: 'one more' }] }
  await ask('runs.topUp', more)
  await ask('runs.topUp', { unitsPerAssignment: 2 })
  await ask('runs.extend', { leaseMs: 2 * LEASE_MS })
  const first = await claim('ann')
  await advance(LEASE_MS + 1)
  await submit(first, 'answer-of-ann')
  await handIn('cem', 'yes')
  await submit(await claim('cem'), 'training-of-cem', { label: 'negative' })
  await submit(await claim('cem'), 'gold-of-cem', { label: 'negative' })
  expect(await claim('cem')).toMatchObject({ reason: 'gold_failed' })
  const second = await claim('ann')
  await move('drain')
  await ask('runs.topUp', more)
  await submit(second, 'second-of-ann')
  await review('decide', 'decision-1', { unitIds: [first.unitId, second.unitId], verdict: 'approve' })
  return told()
}

/** Short stories with everything in them that changes rows. */
export const STORIES = { work, run } as const
