import { expect, test } from 'vitest'
import { gateOf } from '../../sdk/client/gate.js'
import { receiptText } from '../../sdk/client/receipt-text.js'
import { payText } from '../../sdk/client/task-text.js'

const usd = (minor: number) => ({ minor, currency: 'USD' })

test('pay is told of each item, and nothing is told where there is none', () => {
  expect([payText(usd(10), 'each'), payText(usd(10), 'per item'), payText(usd(0), 'each')]).toEqual(['$0.10 each', '$0.10 per item', null])
})

test('a receipt and the page before the work are silent about pay that is none', () => {
  const receipt = { submissionId: 'submission', outcome: 'completed', message: 'Received.', reason: null, receivedAt: '', feedback: null } as const
  expect([5, 0].map(minor => receiptText({ ...receipt, pay: usd(minor) }).pay)).toEqual(['$0.05 once it is approved.', null])
  const factsAt = (minor: number): string[] => gateOf({
    status: 'preview', run: { title: 'Sort', description: '', leaseMs: 600_000, live: null, pay: usd(minor) }, refusal: null, hasUnitUnderWay: false, progress: null, isBusy: false,
  } as unknown as Parameters<typeof gateOf>[0]).facts.map(({ name }) => name)
  expect([factsAt(5), factsAt(0)]).toEqual([['Pay', 'Time limit'], ['Time limit']])
})
