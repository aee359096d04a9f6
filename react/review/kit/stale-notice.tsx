import type { ReviewFailure } from '../review-failure.js'
import { failureSentence } from '../texts/failure-sentence.js'
import { useTexts } from '../texts/review-texts.js'

/** Over a page that keeps what it showed last: that it may be out of date, and why. */
export function StaleNotice({ failure }: { readonly failure: ReviewFailure | null }) {
  const { common, places } = useTexts()
  return failure && <p className="mephisto-review-notice" role="alert">{failureSentence(failure, places)} {common.stale}</p>
}
