import { useState } from 'react'
import type { ReviewSource } from '../review-store.js'
import { SamplingPanel } from '../sampling/sampling-panel.js'
import { useTexts } from '../texts/review-texts.js'
import { countOf, type QueueSearch } from './queue-search.js'
import { useSavedSearches } from './saved-searches.js'
import { SearchForm } from './search-form.js'

interface SearchBarProps {
  readonly source: ReviewSource
  readonly run: string
  readonly blueprintType: string
  /** It is not told whose the answers are, so they are not looked up by that. */
  readonly isBlind: boolean
  readonly search: QueueSearch
  readonly onSearch: (search: QueueSearch) => void
}

/** Which answers are shown: the views that a reviewer has kept, and the form that makes others. */
export function SearchBar({ source, run, blueprintType, isBlind, search, onSearch }: SearchBarProps) {
  const { queue: texts, sampling } = useTexts()
  const { views, keep, forget } = useSavedSearches(blueprintType)
  const [isOpen, setIsOpen] = useState(false)
  const count = countOf(search)
  const key = JSON.stringify(search)
  const chosen = views.find(view => JSON.stringify(view.search) === key)?.name ?? ''
  return (
    <>
      <div className="mephisto-review-search-bar">
        <button type="button" className="mephisto-button" aria-expanded={isOpen} onClick={() => { setIsOpen(!isOpen) }}>{texts.search}{count > 0 && <strong className="mephisto-review-count" aria-label={texts.active(count)}>{count}</strong>}</button>
        {views.length > 0 && (
          <select className="mephisto-review-select mephisto-review-views" aria-label={texts.views} value={chosen} onChange={event => { onSearch(views.find(({ name }) => name === event.target.value)?.search ?? {}) }}>
            <option value="">{texts.noView}</option>
            {views.map(({ name }) => <option key={name} value={name}>{name}</option>)}
          </select>
        )}
        {chosen !== '' && <button type="button" className="mephisto-button" aria-label={texts.forget(chosen)} onClick={() => { forget(chosen) }}>×</button>}
        {search.isSampled !== true && <button type="button" className="mephisto-button" onClick={() => { onSearch({ isSampled: true }) }}>{sampling.show}</button>}
        {count > 0 && <button type="button" className="mephisto-button" onClick={() => { onSearch({}) }}>{texts.clear}</button>}
      </div>
      {search.isSampled && <SamplingPanel source={source} run={run} />}
      {isOpen && <SearchForm key={key} source={source} run={run} isBlind={isBlind} search={search} onSearch={onSearch} onKeep={(name, kept) => { keep(name, kept); onSearch(kept) }} />}
    </>
  )
}
