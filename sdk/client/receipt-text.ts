import { formatMoney } from '../data-model/money.js'
import type { SubmitReply } from '../protocol/worker-views.js'

/** What became of an answer, in words. */
export interface ReceiptText {
  /** False when it was kept without counting. */
  readonly isCounted: boolean
  readonly message: string
  /** After a training item: whether it was right, and what would have been. */
  readonly feedback: string | null
  readonly pay: string | null
}

/** The words for a receipt. */
export function receiptText({ outcome, message, pay, feedback }: SubmitReply): ReceiptText {
  const isCounted = outcome === 'completed'
  return {
    isCounted, message,
    feedback: feedback && (feedback.isRight ? 'It was right.' : `It was not right: ${expectedText(feedback.expected)}`),
    pay: isCounted && pay !== null && pay.minor > 0 ? `${formatMoney(pay)} once it is approved.` : null,
  }
}

/** What is known of a right answer, in words. */
function expectedText(expected: unknown): string {
  if (expected === null) return 'have another look at the instructions.'
  const fields = typeof expected === 'object' && !Array.isArray(expected) ? Object.entries(expected) : [['answer', expected] as const]
  return `${fields.map(([field, value]) => `${field}: ${typeof value === 'string' ? value : JSON.stringify(value)}`).join(', ')} would have been.`
}
