import type { RunProgressView } from '../../sdk/protocol/run-views.js'
import { FILTER_ORDER, FILTERS, type ReviewFilter } from './review-filter.js'
import { useFormats, useTexts } from './texts/review-texts.js'

interface FilterBarProps {
  readonly filter: ReviewFilter
  readonly progress: RunProgressView | undefined
  readonly onFilter: (filter: ReviewFilter) => void
}

/** The counts of a run, each a button that lists those units; and how many units are still open. */
export function FilterBar({ filter, progress, onFilter }: FilterBarProps) {
  const texts = useTexts().desk
  const formats = useFormats()
  const countOf = (name: ReviewFilter): string => (progress ? formats.count(FILTERS[name].reduce((sum, status) => sum + progress.units[status], 0)) : '–')
  const open = progress && progress.units.created + progress.units.launched + progress.units.assigned
  return (
    <div className="mephisto-review-filters" role="group" aria-label={texts.show}>
      {FILTER_ORDER.map(name => (
        <button
          key={name} type="button" className="mephisto-review-filter"
          aria-pressed={name === filter} onClick={() => { onFilter(name) }}
        >
          <span>{texts.filters[name]}</span>
          <strong className="mephisto-review-count">{countOf(name)}</strong>
        </button>
      ))}
      <p className="mephisto-review-open">
        <span>{texts.open}</span> <strong className="mephisto-review-count">{open === undefined ? '–' : formats.count(open)}</strong>
      </p>
    </div>
  )
}
