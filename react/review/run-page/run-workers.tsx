import { useCallback, useEffect, useMemo, type ReactNode } from 'react'
import type { WorkerStatisticsView } from '../../../sdk/protocol/data-views.js'
import { FailurePage } from '../failure-page.js'
import { BlockedMark } from '../people/blocked-mark.js'
import type { PeopleLinks } from '../people/people-links.js'
import type { ReviewSource } from '../review-store.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { useSorted, type SortValue } from '../use-sorted.js'
import { acceptedShareOf } from './accepted-share.js'
import { useBlocksInRun } from './use-blocks-in-run.js'
import { useRunWorkers } from './use-run-workers.js'

/** Options of {@link RunWorkers}. */
export interface RunWorkersProps extends ReviewSource {
  /** Id of the run. */
  readonly run: string
  /** Draws the name of a worker, as a link to their page. @default the name alone */
  readonly nameOf?: PeopleLinks['worker']
  /** Where your login page is. @default no link */
  readonly loginHref?: string | undefined
}

/** People who are read without being asked for. */
const BY_ITSELF = 1_000

interface Column {
  readonly id: string
  readonly name: string
  sorted(row: WorkerStatisticsView): SortValue
  shown(row: WorkerStatisticsView): ReactNode
}

/** Who worked in a run: how much, how well, how fast, and what it earned them. Its columns can be sorted. */
export function RunWorkers({ run, nameOf, loginHref, ...source }: RunWorkersProps) {
  const { common, runs, workers: texts } = useTexts()
  const formats = useFormats()
  const { workers, failure, hasMore, loadMore, refresh } = useRunWorkers({ ...source, run })
  const blocks = useBlocksInRun({ ...source, run })
  // Sorting is over those that are there, so the first thousand come by themselves.
  const isShort = (workers?.length ?? 0) < BY_ITSELF
  useEffect(() => { if (hasMore && isShort) loadMore() }, [hasMore, isShort, loadMore, workers?.length])
  const columns = useMemo((): Column[] => [
    { id: 'worker', name: texts.worker, sorted: row => row.worker.pseudonym, shown: ({ worker }) => <>{nameOf?.(worker, worker.pseudonym) ?? worker.pseudonym} <BlockedMark blocks={blocks.get(worker.id)} isHere /></> },
    { id: 'answered', name: texts.answered, sorted: row => row.answered, shown: row => formats.count(row.answered) },
    { id: 'waiting', name: texts.waiting, sorted: row => row.waiting, shown: row => formats.count(row.waiting) },
    { id: 'accepted', name: texts.acceptedShare, sorted: acceptedShareOf, shown: row => orDash(acceptedShareOf(row), formats.share) },
    { id: 'median', name: texts.median, sorted: row => row.medianMs, shown: row => orDash(row.medianMs, formats.length) },
    { id: 'gold', name: texts.gold, sorted: row => row.gold.score, shown: row => orDash(row.gold.score, formats.share) },
    { id: 'hourly', name: texts.hourly, sorted: row => row.pay[0]?.hourly?.minor ?? null, shown: row => listed(row.pay.flatMap(({ hourly }) => (hourly ? [formats.money(hourly)] : []))) },
    { id: 'earned', name: texts.earned, sorted: row => row.pay[0]?.earned.minor ?? null, shown: row => listed(row.pay.map(({ earned }) => formats.money(earned))) },
  ], [texts, formats, nameOf, blocks])
  const valueOf = useCallback((row: WorkerStatisticsView, id: string) => columns.find(column => column.id === id)?.sorted(row) ?? null, [columns])
  const { rows, sorting, sortBy } = useSorted(workers ?? NOBODY, valueOf)

  if (failure && (failure.kind !== 'away' || !workers)) return <FailurePage failure={failure} loginHref={loginHref} missing={runs.missing} onRetry={refresh} />
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
      {hasMore && !isShort && <p><button type="button" className="mephisto-button" onClick={loadMore}>{common.loadMore}</button></p>}
    </div>
  )
}

const NOBODY: readonly WorkerStatisticsView[] = []
const NONE = '–'
const ARROWS = { none: '↕', ascending: '↑', descending: '↓' } as const

function orDash(value: number | null, text: (value: number) => string): string {
  return value === null ? NONE : text(value)
}

function listed(texts: readonly string[]): string {
  return texts.length === 0 ? NONE : texts.join(', ')
}
