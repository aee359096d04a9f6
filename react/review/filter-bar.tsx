import type { RunProgressView } from '../../sdk/protocol/run-views.js'
import { FILTER_ORDER, FILTERS, type ReviewFilter } from './review-filter.js'

interface FilterBarProps {
  readonly filter: ReviewFilter
  readonly progress: RunProgressView | undefined
  readonly onFilter: (filter: ReviewFilter) => void
}

/** The counts of a run, each a button that lists those units; and how many units are still open. */
export function FilterBar({ filter, progress, onFilter }: FilterBarProps) {
  const open = progress && progress.units.created + progress.units.launched + progress.units.assigned
  return (
    <div className="mephisto-review-filters" role="group" aria-label="Show units that are">
      {FILTER_ORDER.map(name => (
        <button
          key={name} type="button" className="mephisto-review-filter"
          aria-pressed={name === filter} onClick={() => { onFilter(name) }}
        >
          <span>{FILTERS[name].name}</span>
          <strong className="mephisto-review-count">{countOf(progress, name)}</strong>
        </button>
      ))}
      <p className="mephisto-review-open">
        <span>Open</span> <strong className="mephisto-review-count">{open ?? '–'}</strong>
      </p>
    </div>
  )
}

function countOf(progress: RunProgressView | undefined, filter: ReviewFilter): string {
  if (!progress) return '–'
  return String(FILTERS[filter].statuses.reduce((sum, status) => sum + progress.units[status], 0))
}
