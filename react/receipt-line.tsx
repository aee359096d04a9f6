import type { SubmitReply } from '../sdk/protocol/worker-views.js'
import { formatMoney } from '../sdk/data-model/money.js'

/** Props of {@link ReceiptLine}. */
export interface ReceiptLineProps {
  readonly receipt: SubmitReply
}

/** One line that says what became of the last answer, for good: counted, or kept without counting and why. */
export function ReceiptLine({ receipt: { outcome, message, pay } }: ReceiptLineProps) {
  const isCounted = outcome === 'completed'
  return (
    <p className={`mephisto-receipt ${isCounted ? 'mephisto-receipt-good' : 'mephisto-receipt-aside'}`}>
      <span aria-hidden="true" className="mephisto-receipt-mark">{isCounted ? '✓' : 'i'}</span>
      <span>
        {message}
        {isCounted && pay !== null && <> <span className="mephisto-nowrap">{formatMoney(pay)} once it is approved.</span></>}
      </span>
    </p>
  )
}
