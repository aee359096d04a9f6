import { createSortedRowModel, rowSortingFeature, tableFeatures, useTable, type ColumnDef } from '@tanstack/react-table'
import { useEffect, useMemo, type ReactNode } from 'react'
import type { WorkerStatisticsView } from '../../../sdk/protocol/data-views.js'
import { FailurePage } from '../failure-page.js'
import { BlockedMark } from '../people/blocked-mark.js'
import type { PeopleLinks } from '../people/people-links.js'
import type { ReviewSource } from '../review-store.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
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

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() })
type Column = ColumnDef<typeof features, WorkerStatisticsView>

/** Who worked in a run: how much, how well, how fast, and what it earned them. Its columns can be sorted. */
export function RunWorkers({ run, nameOf, loginHref, ...source }: RunWorkersProps) {
  const { common, workers: texts } = useTexts()
  const formats = useFormats()
  const { workers, failure, hasMore, loadMore, refresh } = useRunWorkers({ ...source, run })
  const blocks = useBlocksInRun({ ...source, run })
  // Sorting is over those that are there, so the first thousand come by themselves.
  const isShort = (workers?.length ?? 0) < BY_ITSELF
  useEffect(() => { if (hasMore && isShort) loadMore() }, [hasMore, isShort, loadMore, workers?.length])
  const columns = useMemo((): Column[] => [
    column('worker', texts.worker, { sorted: row => row.worker.pseudonym, shown: ({ worker }) => <>{nameOf?.(worker, worker.pseudonym) ?? worker.pseudonym} <BlockedMark blocks={blocks.get(worker.id)} isHere /></> }),
    column('answered', texts.answered, { sorted: row => row.answered, shown: row => formats.count(row.answered) }),
    column('waiting', texts.waiting, { sorted: row => row.waiting, shown: row => formats.count(row.waiting) }),
    column('accepted', texts.acceptedShare, { sorted: acceptedShareOf, shown: row => orDash(acceptedShareOf(row), formats.share) }),
    column('median', texts.median, { sorted: row => row.medianMs, shown: row => orDash(row.medianMs, formats.length) }),
    column('gold', texts.gold, { sorted: row => row.gold.score, shown: row => orDash(row.gold.score, formats.share) }),
    column('hourly', texts.hourly, { sorted: row => row.pay[0]?.hourly?.minor ?? null, shown: row => listed(row.pay.flatMap(({ hourly }) => (hourly ? [formats.money(hourly)] : []))) }),
    column('earned', texts.earned, { sorted: row => row.pay[0]?.earned.minor ?? null, shown: row => listed(row.pay.map(({ earned }) => formats.money(earned))) }),
  ], [texts, formats, nameOf, blocks])
  const table = useTable({ features, columns, data: workers ?? NOBODY, getRowId: row => row.worker.id })

  if (failure && (failure.kind !== 'away' || !workers)) return <FailurePage failure={failure} loginHref={loginHref} onRetry={refresh} />
  if (!workers) return <p className="mephisto-review-empty" role="status">{common.loading}</p>
  if (workers.length === 0) return <p className="mephisto-review-empty">{texts.empty}</p>
  return (
    <div className="mephisto-review-panel mephisto-review-scroll" tabIndex={0} role="region" aria-label={texts.title}>
      <table className="mephisto-review-table mephisto-review-table-wide">
        <thead>
          {table.getHeaderGroups().map(group => (
            <tr key={group.id}>
              {group.headers.map(({ id, column: sorted }) => {
                const order = sorted.getIsSorted()
                const name = String(sorted.columnDef.header)
                return (
                  <th key={id} scope="col" aria-sort={order === false ? 'none' : order === 'asc' ? 'ascending' : 'descending'}>
                    <button type="button" className="mephisto-review-sort" aria-label={texts.sortBy(name)} onClick={sorted.getToggleSortingHandler()}>
                      {name} <span aria-hidden="true">{order === false ? '↕' : order === 'asc' ? '↑' : '↓'}</span>
                    </button>
                  </th>
                )
              })}
            </tr>
          ))}
        </thead>
        <tbody>
          {table.getRowModel().rows.map(row => (
            <tr key={row.id}>{row.getAllCells().map(cell => <td key={cell.id} data-name={String(cell.column.columnDef.header)}><table.FlexRender cell={cell} /></td>)}</tr>
          ))}
        </tbody>
      </table>
      {hasMore && !isShort && <p><button type="button" className="mephisto-button" onClick={loadMore}>{common.loadMore}</button></p>}
    </div>
  )
}

const NOBODY: WorkerStatisticsView[] = []
const NONE = '–'

interface ColumnParts {
  /** What it is sorted by; null stands last. */
  sorted(row: WorkerStatisticsView): number | string | null
  shown(row: WorkerStatisticsView): ReactNode
}

function column(id: string, header: string, { sorted, shown }: ColumnParts): Column {
  return { id, header, accessorFn: row => sorted(row) ?? undefined, cell: ({ row }) => shown(row.original), sortUndefined: 'last' }
}

function orDash(value: number | null, text: (value: number) => string): string {
  return value === null ? NONE : text(value)
}

function listed(texts: readonly string[]): string {
  return texts.length === 0 ? NONE : texts.join(', ')
}
