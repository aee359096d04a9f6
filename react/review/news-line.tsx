import type { ReviewNews } from './review-news.js'
import { useTexts } from './texts/review-texts.js'
import { WithKeys } from './with-keys.js'

interface NewsLineProps {
  readonly news: ReviewNews | null
  /** Decisions that the server has not answered. */
  readonly underWay: number
  readonly isAway: boolean
  readonly onUndo: () => void
}

/** What happened last, said aloud by screen readers, with the way back. */
export function NewsLine({ news, underWay, isAway, onUndo }: NewsLineProps) {
  const texts = useTexts().news
  return (
    <div className={`mephisto-review-news${news ? ` mephisto-review-news-${news.kind}` : ''}`}>
      <p className="mephisto-review-news-text" role="status" aria-live="polite">
        {news && <span key={news.id}>{news.text}</span>}
        {isAway && underWay > 0 && <span className="mephisto-review-news-waiting"> {texts.waiting(underWay)}</span>}
      </p>
      {!news && <p className="mephisto-review-tip"><WithKeys text={texts.tip} /></p>}
      {news?.canUndo && (
        <button type="button" className="mephisto-button mephisto-review-undo" aria-keyshortcuts="Z" onClick={onUndo}>
          {texts.undo} <kbd aria-hidden="true">Z</kbd>
        </button>
      )}
    </div>
  )
}
