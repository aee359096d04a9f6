import { useContext } from 'react'
import type { SessionEntryView } from '../../sdk/protocol/data-views.js'
import { AutomaticView } from './automatic-view.js'
import { FileSource } from './file-view.js'
import type { ReviewSource } from './review-store.js'
import type { ReviewTexts } from './texts/english.js'
import { useFormats, useTexts } from './texts/review-texts.js'
import { textIn, useTranscript } from './use-transcript.js'

/** What was said while a unit was worked at; nothing where nobody said anything. */
export function UnitTranscript({ unitId }: { readonly unitId: string }) {
  const source = useContext(FileSource)
  return source && <Listed source={source} unitId={unitId} />
}

function Listed({ source, unitId }: { readonly source: ReviewSource; readonly unitId: string }) {
  const { common, desk: texts } = useTexts()
  const formats = useFormats()
  const { entries = [], names, hasMore, loadMore } = useTranscript({ ...source, unit: unitId })
  if (entries.length === 0) return null
  return (
    <section className="mephisto-review-said" aria-label={texts.said}>
      <h2 className="mephisto-review-label">{texts.said}</h2>
      <ol className="mephisto-review-transcript" tabIndex={0} aria-label={texts.transcript}>
        {entries.map(entry => (
          <li key={entry.number}>
            <p className="mephisto-review-remark-head">
              <strong>{whoOf(entry, names, texts)}</strong> <span>{entry.name}</span> <time dateTime={entry.at}>{formats.moment(entry.at)}</time>
            </p>
            {entry.isErased ? <span className="mephisto-review-none">{common.erased}</span> : <AutomaticView value={wordsOf(entry.body)} />}
          </li>
        ))}
        {hasMore && <li><button type="button" className="mephisto-button mephisto-review-more" onClick={loadMore}>{common.loadMore}</button></li>}
      </ol>
    </section>
  )
}

function whoOf({ from, kind, body }: SessionEntryView, names: ReadonlyMap<string, string>, texts: ReviewTexts['desk']): string {
  if (from === null) return kind === 'failure' ? texts.serverFailed : (kind === 'message' ? textIn(body, 'name') : undefined) ?? texts.server
  return names.get(from) ?? texts.worker
}

/** Words as they are; where nothing else is said, the one value that there is. */
function wordsOf(body: unknown): unknown {
  const values = typeof body === 'object' && body !== null && !Array.isArray(body) ? Object.values(body) : []
  return textIn(body, 'text') ?? (values.length === 1 ? values[0] : body)
}
