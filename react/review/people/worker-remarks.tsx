import { FileSource } from '../file-view.js'
import { RemarkItem } from '../remark-item.js'
import type { ReviewSource } from '../review-store.js'
import { LoadingHint } from '../kit/loading-hint.js'
import { useTexts } from '../texts/review-texts.js'
import { useRemarks } from '../use-remarks.js'
import { useRights } from '../kit/use-rights.js'

/** What a worker said about their work, the latest first; a reviewer decides about it. */
export function WorkerRemarks({ source, worker }: { readonly source: ReviewSource; readonly worker: string }) {
  const { common, people: { page: texts } } = useTexts()
  const { isReviewer } = useRights(source)
  const { remarks, failure, hasMore, loadMore, decide, trouble } = useRemarks({ ...source, filter: { worker } })
  if (!remarks) return <LoadingHint failure={failure} />
  if (remarks.length === 0) return <p className="mephisto-review-hint">{texts.noRemarks}</p>
  return (
    <FileSource.Provider value={source}>
      <p className="mephisto-review-trouble" role="status">{trouble}</p>
      <ul className="mephisto-review-remarks">
        {remarks.map(remark => <RemarkItem key={remark.id} remark={remark} {...(isReviewer ? { onDecide: decide } : {})} />)}
      </ul>
      {hasMore && <p><button type="button" className="mephisto-button" onClick={loadMore}>{common.loadMore}</button></p>}
    </FileSource.Provider>
  )
}
