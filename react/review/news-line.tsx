import type { ReviewNews } from './review-news.js'

interface NewsLineProps {
  readonly news: ReviewNews | null
  /** Decisions that the server has not answered. */
  readonly underWay: number
  readonly isAway: boolean
  readonly onUndo: () => void
}

/** What happened last, said aloud by screen readers, with the way back. */
export function NewsLine({ news, underWay, isAway, onUndo }: NewsLineProps) {
  return (
    <div className={`mephisto-review-news${news ? ` mephisto-review-news-${news.kind}` : ''}`}>
      <p className="mephisto-review-news-text" role="status" aria-live="polite">
        {news && <span key={news.id}>{news.text}</span>}
        {isAway && underWay > 0 && <span className="mephisto-review-news-waiting"> {waitingText(underWay)}</span>}
      </p>
      {!news && <p className="mephisto-review-tip">Press <kbd>?</kbd> to see the keys.</p>}
      {news?.canUndo && (
        <button type="button" className="mephisto-button mephisto-review-undo" aria-keyshortcuts="Z" onClick={onUndo}>
          Undo <kbd aria-hidden="true">Z</kbd>
        </button>
      )}
    </div>
  )
}

function waitingText(count: number): string {
  return count === 1 ? 'One decision waits to be sent.' : `${String(count)} decisions wait to be sent.`
}
