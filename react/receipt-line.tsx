import { receiptText } from '../sdk/client/receipt-text.js'
import type { SubmitReply } from '../sdk/protocol/worker-views.js'

/** Props of {@link ReceiptLine}. */
export interface ReceiptLineProps {
  readonly receipt: SubmitReply
}

/** One line that says what became of the last answer, for good: counted, or kept without counting and why. */
export function ReceiptLine({ receipt }: ReceiptLineProps) {
  const { isCounted, message, feedback, pay } = receiptText(receipt)
  return (
    <p className={`mephisto-receipt ${isCounted ? 'mephisto-receipt-good' : 'mephisto-receipt-aside'}`}>
      <span aria-hidden="true" className="mephisto-receipt-mark">{isCounted ? '✓' : 'i'}</span>
      <span>
        {message}
        {feedback !== null && <> <strong>{feedback}</strong></>}
        {pay !== null && <> <span className="mephisto-nowrap">{pay}</span></>}
      </span>
    </p>
  )
}
