import type { ReviewFailure } from '../review-failure.js'
import { failureSentence } from '../texts/failure-sentence.js'
import { useTexts } from '../texts/review-texts.js'

/** In place of a part of a page that is not there yet: that it is on its way, or why it does not come. */
export function LoadingHint({ failure }: { readonly failure: ReviewFailure | null }) {
  const { common, places } = useTexts()
  return <p className={failure ? 'mephisto-review-trouble' : 'mephisto-review-hint'} role="status">{failure ? failureSentence(failure, places) : common.loading}</p>
}
