import { useState } from 'react'
import { REMARK_KINDS, type RemarkKind } from '../../sdk/data-model/remark.js'
import { FailurePage } from './failure-page.js'
import { FileSource } from './file-view.js'
import { RemarkItem } from './remark-item.js'
import type { ReviewSource } from './review-store.js'
import { StaleNotice } from './kit/stale-notice.js'
import { useTexts } from './texts/review-texts.js'
import { useRemarks } from './use-remarks.js'

/** Options of {@link RemarksPage}. */
export interface RemarksPageProps extends ReviewSource {
  /** Of this run alone. @default of all */
  readonly run?: string
  /** Of this task alone, by name or id. @default of all */
  readonly task?: string
  /** Where your login page is. @default no link */
  readonly loginHref?: string | undefined
}

/** What workers say about their work: read it, mark it as reviewed, and choose the tips that others are shown. */
export function RemarksPage({ run, task, loginHref, ...source }: RemarksPageProps) {
  const { common, remarks: texts } = useTexts()
  const [kind, setKind] = useState<RemarkKind | 'all'>('all')
  const [isNewOnly, setIsNewOnly] = useState(true)
  const filter = { ...(run === undefined ? {} : { run }), ...(task === undefined ? {} : { task }), ...(kind === 'all' ? {} : { kinds: [kind] }), ...(isNewOnly ? { statuses: ['new' as const] } : {}) }
  const { remarks, failure, hasMore, loadMore, refresh, decide, trouble } = useRemarks({ ...source, filter })
  if (failure && (failure.kind !== 'away' || !remarks)) return <FailurePage failure={failure} loginHref={loginHref} onRetry={refresh} />
  return (
    <FileSource.Provider value={source}>
      <div className="mephisto-review-filters" role="group" aria-label={texts.show}>
        {(['all', ...REMARK_KINDS] as const).map(name => (
          <button key={name} type="button" className="mephisto-review-filter" aria-pressed={name === kind} onClick={() => { setKind(name) }}>{texts.filters[name]}</button>
        ))}
        <label className="mephisto-review-check">
          <input type="checkbox" checked={isNewOnly} onChange={event => { setIsNewOnly(event.target.checked) }} /> {texts.newOnly}
        </label>
      </div>
      <StaleNotice failure={failure} />
      <p className="mephisto-review-trouble" role="status">{trouble}</p>
      {!remarks && <p className="mephisto-review-empty" role="status">{common.loading}</p>}
      {remarks?.length === 0 && <p className="mephisto-review-empty">{isNewOnly ? texts.nothingNew : texts.empty}</p>}
      {remarks && remarks.length > 0 && (
        <ul className="mephisto-review-remarks mephisto-review-remarks-page">
          {remarks.map(remark => <RemarkItem key={remark.id} remark={remark} onDecide={decide} />)}
          {hasMore && <li><button type="button" className="mephisto-button mephisto-review-more" onClick={loadMore}>{common.loadMore}</button></li>}
        </ul>
      )}
    </FileSource.Provider>
  )
}
