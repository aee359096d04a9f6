import type { SubmitReply } from '../sdk/protocol/worker-views.js'
import { formatMoney } from '../sdk/data-model/money.js'

/** Props of {@link ReceiptLine}. */
export interface ReceiptLineProps {
  readonly receipt: SubmitReply
}

/** One line that says what became of the last answer, for good: counted, or kept without counting and why. */
export function ReceiptLine({ receipt: { outcome, message, pay, feedback } }: ReceiptLineProps) {
  const isCounted = outcome === 'completed'
  return (
    <p className={`mephisto-receipt ${isCounted ? 'mephisto-receipt-good' : 'mephisto-receipt-aside'}`}>
      <span aria-hidden="true" className="mephisto-receipt-mark">{isCounted ? '✓' : 'i'}</span>
      <span>
        {message}
        {feedback && <> <strong>{feedback.isRight ? 'It was right.' : `It was not right: ${expectedText(feedback.expected)}`}</strong></>}
        {isCounted && pay !== null && <> <span className="mephisto-nowrap">{formatMoney(pay)} once it is approved.</span></>}
      </span>
    </p>
  )
}

/** What is known of a right answer, in words. */
function expectedText(expected: unknown): string {
  if (expected === null) return 'have another look at the instructions.'
  const fields = typeof expected === 'object' && !Array.isArray(expected) ? Object.entries(expected) : [['answer', expected] as const]
  return `${fields.map(([field, value]) => `${field}: ${typeof value === 'string' ? value : JSON.stringify(value)}`).join(', ')} would have been.`
}
