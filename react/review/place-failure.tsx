import type { ReviewFailure } from './review-failure.js'
import { useTexts } from './texts/review-texts.js'

interface PlaceFailureProps {
  readonly failure: ReviewFailure
  readonly loginHref?: string | undefined
  readonly onRetry: () => void
}

/** Instead of a page that there is nothing to show of: what is wrong and what to do about it. */
export function PlaceFailure({ failure: { kind, message }, loginHref, onRetry }: PlaceFailureProps) {
  const texts = useTexts().places
  const said = { not_logged_in: texts.logInFirst, role_missing: texts.askForRole(message), not_found: message, refused: message, broken: message, away: texts.goesOnByItself }
  return (
    <section className="mephisto-review-page" role="alert">
      <h2 className="mephisto-review-page-title">{texts.failures[kind]}</h2>
      <p>{said[kind]}</p>
      <p className="mephisto-review-page-actions">
        {kind === 'not_logged_in' && loginHref !== undefined && <a className="mephisto-button mephisto-button-primary" href={loginHref}>{texts.logIn}</a>}
        <button type="button" className="mephisto-button" onClick={onRetry}>{texts.tryAgain}</button>
      </p>
    </section>
  )
}

/** Over a page that keeps what it showed last: that it may be out of date, and why. */
export function StaleNotice({ failure }: { readonly failure: ReviewFailure | null }) {
  const texts = useTexts().common
  return failure && <p className="mephisto-review-notice" role="alert">{failure.message} {texts.stale}</p>
}
