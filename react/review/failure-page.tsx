import type { ReviewFailure } from './review-failure.js'
import { failureSentence } from './texts/failure-sentence.js'
import { useTexts } from './texts/review-texts.js'

interface FailurePageProps {
  readonly failure: ReviewFailure
  readonly loginHref?: string | undefined
  /** The heading where nothing is there. @default that there is no such thing */
  readonly missing?: string
  readonly onRetry: () => void
}

/** The whole page while there is nothing else to show: what is wrong and what to do about it. */
export function FailurePage({ failure, loginHref, missing, onRetry }: FailurePageProps) {
  const texts = useTexts().places
  const { kind } = failure
  const message = failureSentence(failure, texts)
  const said = { not_logged_in: texts.logInFirst, role_missing: texts.askForRole(message), not_found: message, refused: message, broken: message, away: texts.goesOnByItself }
  return (
    <section className="mephisto-review-page" role="alert">
      <h2 className="mephisto-review-page-title">{kind === 'not_found' ? missing ?? texts.failures.not_found : texts.failures[kind]}</h2>
      <p>{said[kind]}</p>
      <p className="mephisto-review-page-actions">
        {kind === 'not_logged_in' && loginHref !== undefined && <a className="mephisto-button mephisto-button-primary" href={loginHref}>{texts.logIn}</a>}
        <button type="button" className="mephisto-button" onClick={onRetry}>{texts.tryAgain}</button>
      </p>
    </section>
  )
}
