import { useCallback, useMemo, type ReactNode } from 'react'
import type { WorkerStatisticsView } from '../../../sdk/protocol/data-views.js'
import { FailurePage } from '../failure-page.js'
import { blocksPage } from '../kit/failure-blocks.js'
import { BlockedMark } from '../people/blocked-mark.js'
import { noLinks, type LinkTo } from '../kit/link-to.js'
import { NONE, orDash } from '../kit/or-dash.js'
import type { ReviewSource } from '../review-store.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { useSorted, type SortValue } from '../kit/use-sorted.js'
import { acceptedShareOf } from './accepted-share.js'
import { useBlocksInRun } from './use-blocks-in-run.js'
import { useRunWorkers } from './use-run-workers.js'

/** Options of {@link RunWorkers}. */
export interface RunWorkersProps extends ReviewSource {
  /** Id of the run. */
  readonly run: string
  /** Draws names as links to where they are shown. @default texts */
  readonly linkTo?: LinkTo
  /** Where your login page is. @default no link */
  readonly loginHref?: string | undefined
}

interface Column {
  readonly id: string
  readonly name: string
  sorted(row: WorkerStatisticsView): SortValue
  shown(row: WorkerStatisticsView): ReactNode
}

/** Who worked in a run: how much, how well, how fast, and what it earned them. Its columns can be sorted. */
export function RunWorkers({ run, linkTo = noLinks, loginHref, ...source }: RunWorkersProps) {
  const { common, runs, workers: texts } = useTexts()
  const formats = useFormats()
  const { workers, failure, hasMore, loadMore, refresh } = useRunWorkers({ ...source, run })
  const blocks = useBlocksInRun({ ...source, run })
  const columns = useMemo((): Column[] => [
    { id: 'worker', name: texts.worker, sorted: row => row.worker.pseudonym, shown: ({ worker }) => <>{linkTo({ to: 'worker', id: worker.id }, worker.pseudonym)} <BlockedMark blocks={blocks.get(worker.id)} isHere /></> },
    { id: 'answered', name: texts.answered, sorted: row => row.answered, shown: row => formats.count(row.answered) },
    { id: 'waiting', name: texts.waiting, sorted: row => row.waiting, shown: row => formats.count(row.waiting) },
    { id: 'accepted', name: texts.acceptedShare, sorted: acceptedShareOf, shown: row => orDash(acceptedShareOf(row), formats.share) },
    { id: 'median', name: texts.median, sorted: row => row.medianMs, shown: row => orDash(row.medianMs, formats.length) },
    { id: 'gold', name: texts.gold, sorted: row => row.gold.score, shown: row => orDash(row.gold.score, formats.share) },
    { id: 'hourly', name: texts.hourly, sorted: row => row.pay[0]?.hourly?.minor ?? null, shown: row => listed(row.pay.flatMap(({ hourly }) => (hourly ? [formats.money(hourly)] : []))) },
    { id: 'earned', name: texts.earned, sorted: row => row.pay[0]?.earned.minor ?? null, shown: row => listed(row.pay.map(({ earned }) => formats.money(earned))) },
  ], [texts, formats, linkTo, blocks])
  const valueOf = useCallback((row: WorkerStatisticsView, id: string) => columns.find(column => column.id === id)?.sorted(row) ?? null, [columns])
  const { rows, sorting, sortBy } = useSorted(workers ?? NOBODY, valueOf)

  if (blocksPage(failure, workers !== undefined)) return <FailurePage failure={failure} loginHref={loginHref} missing={runs.missing} onRetry={refresh} />
  if (!workers) return <p className="mephisto-review-empty" role="status">{common.loading}</p>
  if (workers.length === 0) return <p className="mephisto-review-empty">{texts.empty}</p>
  return (
    <div className="mephisto-review-panel mephisto-review-scroll" tabIndex={0} role="region" aria-label={texts.title}>
      <table className="mephisto-review-table mephisto-review-table-wide">
        <thead>
          <tr>
            {columns.map(({ id, name }) => {
              const order = sorting?.column === id ? (sorting.isDescending ? 'descending' : 'ascending') : 'none'
              return (
                <th key={id} scope="col" aria-sort={order}>
                  <button type="button" className="mephisto-review-sort" aria-label={texts.sortBy(name)} onClick={() => { sortBy(id) }}>{name} <span aria-hidden="true">{ARROWS[order]}</span></button>
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody>
          {rows.map(row => <tr key={row.worker.id}>{columns.map(({ id, name, shown }) => <td key={id} data-name={name}>{shown(row)}</td>)}</tr>)}
        </tbody>
      </table>
      {hasMore && <p><button type="button" className="mephisto-button" onClick={loadMore}>{common.loadMore}</button></p>}
    </div>
  )
}

const NOBODY: readonly WorkerStatisticsView[] = []
const ARROWS = { none: '↕', ascending: '↑', descending: '↓' } as const

function listed(texts: readonly string[]): string {
  return texts.length === 0 ? NONE : texts.join(', ')
}
