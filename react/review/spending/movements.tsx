import { useState, type SubmitEvent } from 'react'
import type { SpendingEntryView } from '../../../sdk/protocol/spending-views.js'
import type { LinkTo, WorkOf } from '../kit/link-to.js'
import { StaleNotice } from '../kit/stale-notice.js'
import type { ReviewSource } from '../review-store.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { filterOf, newDraft, problemsOf } from '../kit/work-draft.js'
import { WorkFields } from '../kit/work-fields.js'
import { useSpending } from './use-spending.js'

interface MovementsProps {
  readonly source: ReviewSource
  readonly of: WorkOf | null
  readonly linkTo: LinkTo
}

/** How money moved, of all or of what is asked for. */
export function Movements({ source, of, linkTo }: MovementsProps) {
  const { common, places, spending: texts } = useTexts()
  const [draft, setDraft] = useState(newDraft(of))
  const [filter, setFilter] = useState(filterOf(draft))
  const { entries, totals, failure, hasMore, loadMore } = useSpending({ ...source, filter })
  const problems = problemsOf(draft, places)
  const isWrong = problems.from !== null || problems.before !== null
  const isAll = Object.keys(filter).length === 0
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault()
    if (!isWrong) setFilter(filterOf(draft))
  }
  return (
    <>
      <details className="mephisto-review-fold" open={of !== null}>
        <summary>{texts.filter}</summary>
        <form className="mephisto-review-form" onSubmit={submit} noValidate>
          <WorkFields source={source} draft={draft} problems={problems} anyName={places.everything} onChange={setDraft} />
          <p className="mephisto-review-page-actions">
            <button type="submit" className="mephisto-button mephisto-button-primary" disabled={isWrong}>{texts.apply}</button>
            <button type="button" className="mephisto-button" onClick={() => { setDraft(newDraft(null)); setFilter({}) }}>{texts.clear}</button>
          </p>
        </form>
      </details>
      {failure?.kind === 'away' ? <StaleNotice failure={failure} /> : failure && <p className="mephisto-review-trouble" role="alert">{failure.message}</p>}
      {!entries && !failure && <p className="mephisto-review-hint" role="status">{common.loading}</p>}
      {entries && totals && totals.length > 0 && <Totals totals={totals} isTime={filter.from !== undefined || filter.before !== undefined} />}
      {entries?.length === 0 && <p className="mephisto-review-hint" role="status">{isAll ? texts.entriesEmpty : texts.filteredEmpty}</p>}
      {entries && entries.length > 0 && (
        <div className="mephisto-review-scroll" tabIndex={0} role="group" aria-label={texts.movements}>
          <table className="mephisto-review-table mephisto-review-table-wide">
            <thead><tr>{[texts.when, texts.moved, texts.amount, texts.why, texts.work, texts.worker].map(name => <th key={name} scope="col">{name}</th>)}</tr></thead>
            <tbody>{entries.map(entry => <MovementRow key={entry.id} entry={entry} linkTo={linkTo} />)}</tbody>
          </table>
        </div>
      )}
      {hasMore && <p><button type="button" className="mephisto-button" onClick={loadMore}>{common.loadMore}</button></p>}
    </>
  )
}

function Totals({ totals, isTime }: { readonly totals: NonNullable<ReturnType<typeof useSpending>['totals']>; readonly isTime: boolean }) {
  const texts = useTexts().spending
  const formats = useFormats()
  const line = isTime ? texts.totalLineOver : texts.totalLine
  return (
    <dl className="mephisto-review-values">
      <div className="mephisto-review-value"><dt>{texts.totals}</dt><dd className="mephisto-review-lines">{totals.map(({ spent, owed, reserved }) => <span key={spent.currency}>{line(formats.money(spent), formats.money(owed), formats.money(reserved))}</span>)}</dd></div>
    </dl>
  )
}

function MovementRow({ entry: { at, from, to, amount, run, unit, worker, reason, decision }, linkTo }: { readonly entry: SpendingEntryView; readonly linkTo: LinkTo }) {
  const texts = useTexts().spending
  const formats = useFormats()
  return (
    <tr>
      <td data-name={texts.when} className="mephisto-review-in-one">{formats.moment(at)}</td>
      <td data-name={texts.moved} className="mephisto-review-in-one"><span aria-hidden="true">{texts.route(texts.accounts[from], texts.accounts[to])}</span><span className="mephisto-review-spoken">{texts.routeSpoken(texts.accounts[from], texts.accounts[to])}</span></td>
      <td data-name={texts.amount}>{formats.money(amount)}</td>
      <td data-name={texts.why}>
        <span className="mephisto-review-lines">
          <span>{texts.reasons[reason]}{decision && <span className="mephisto-review-hint"> {texts.byWhom(decision.byName)}</span>}</span>
          {decision?.note && <span className="mephisto-review-hint" dir="auto">{texts.note(decision.note)}</span>}
        </span>
      </td>
      <td data-name={texts.work}><span className="mephisto-review-lines"><span>{linkTo({ to: 'run', id: run.id }, run.title === '' ? run.task.name : run.title)}</span><span className="mephisto-review-hint">{unit === null ? texts.outside : texts.unit(unit)}</span></span></td>
      <td data-name={texts.worker} className="mephisto-review-in-one">{worker ? linkTo({ to: 'worker', id: worker.id }, worker.pseudonym) : texts.nobody}</td>
    </tr>
  )
}
