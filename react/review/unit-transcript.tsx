import { useContext } from 'react'
import type { SessionEntryView } from '../../sdk/protocol/data-views.js'
import { AutomaticView } from './automatic-view.js'
import { FileSource } from './file-view.js'
import type { ReviewSource } from './review-store.js'
import { dateText } from './time-text.js'
import { textIn, useTranscript } from './use-transcript.js'

/** What was said while a unit was worked at; nothing where nobody said anything. */
export function UnitTranscript({ unitId }: { readonly unitId: string }) {
  const source = useContext(FileSource)
  return source && <Listed source={source} unitId={unitId} />
}

function Listed({ source, unitId }: { readonly source: ReviewSource; readonly unitId: string }) {
  const { entries = [], names, hasMore, loadMore } = useTranscript({ ...source, unit: unitId })
  if (entries.length === 0) return null
  return (
    <section className="mephisto-review-said" aria-label="What was said">
      <h2 className="mephisto-review-label">What was said</h2>
      <ol className="mephisto-review-transcript" tabIndex={0} aria-label="Transcript">
        {entries.map(entry => (
          <li key={entry.number}>
            <p className="mephisto-review-remark-head">
              <strong>{whoOf(entry, names)}</strong> <span>{entry.name}</span> <time dateTime={entry.at}>{dateText(entry.at)}</time>
            </p>
            {entry.isErased ? <span className="mephisto-review-none">erased</span> : <AutomaticView value={wordsOf(entry.body)} />}
          </li>
        ))}
        {hasMore && <li><button type="button" className="mephisto-button mephisto-review-more" onClick={loadMore}>Load more</button></li>}
      </ol>
    </section>
  )
}

function whoOf({ from, kind, body }: SessionEntryView, names: ReadonlyMap<string, string>): string {
  if (from === null) return kind === 'failure' ? 'Server (failed)' : kind === 'message' ? textIn(body, 'name') ?? 'Server' : 'Server'
  return names.get(from) ?? 'Worker'
}

/** Words as they are; where nothing else is said, the one value that there is. */
function wordsOf(body: unknown): unknown {
  const values = typeof body === 'object' && body !== null && !Array.isArray(body) ? Object.values(body) : []
  return textIn(body, 'text') ?? (values.length === 1 ? values[0] : body)
}
