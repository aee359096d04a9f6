import type { ReviewFailure } from './review-failure.js'

interface FailurePageProps {
  readonly failure: ReviewFailure
  readonly loginHref?: string | undefined
  /** The heading where nothing is there. @default it was a run */
  readonly missing?: string
  readonly onRetry: () => void
}

const HEADINGS = {
  not_logged_in: 'You are not logged in',
  role_missing: 'You may not review here',
  not_found: 'This run does not exist',
  refused: 'The server said no',
  broken: 'Something is wrong on the server',
  away: 'The server cannot be reached',
} as const satisfies Record<ReviewFailure['kind'], string>

/** The whole page while there is nothing else to show: what is wrong and what to do about it. */
export function FailurePage({ failure, loginHref, missing, onRetry }: FailurePageProps) {
  return (
    <section className="mephisto-review-page" role="alert">
      <h2 className="mephisto-review-page-title">{failure.kind === 'not_found' ? missing ?? HEADINGS.not_found : HEADINGS[failure.kind]}</h2>
      <p>{failure.kind === 'not_found' && missing !== undefined ? failure.message : explain(failure)}</p>
      <p className="mephisto-review-page-actions">
        {failure.kind === 'not_logged_in' && loginHref !== undefined && (
          <a className="mephisto-button mephisto-button-primary" href={loginHref}>Log in</a>
        )}
        <button type="button" className="mephisto-button" onClick={onRetry}>Try again</button>
      </p>
    </section>
  )
}

function explain({ kind, message }: ReviewFailure): string {
  switch (kind) {
    case 'not_logged_in': return 'Reviewing is for people who are logged in. Log in, then come back to this page.'
    case 'role_missing': return `${message} Whoever runs this app can give you the role.`
    case 'not_found': return `${message} Choose another run above.`
    case 'refused': case 'broken': return message
    case 'away': return 'It may be starting again, or the network may be down. This page keeps trying and goes on by itself.'
  }
}
