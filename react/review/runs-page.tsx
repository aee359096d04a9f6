import { useState } from 'react'
import type { RunView } from '../../sdk/protocol/run-views.js'
import { FailurePage } from './failure-page.js'
import { noLinks, type LinkTo } from './kit/link-to.js'
import { blocksPage } from './kit/failure-blocks.js'
import { StaleNotice } from './kit/stale-notice.js'
import type { ReviewSource } from './review-store.js'
import { useFormats, useTexts } from './texts/review-texts.js'
import { useRunList, type RunListFilter } from './use-run-list.js'

/** Options of {@link RunsPage}. */
export interface RunsPageProps extends ReviewSource {
  /** Draws names as links to where they are shown. @default texts */
  readonly linkTo?: LinkTo
  /** Where your login page is. @default no link */
  readonly loginHref?: string | undefined
}

const FILTERS: readonly RunListFilter[] = ['active', 'ended', 'archived', 'all']

/** All runs, newest first: how far each is and what it costs. What changes appears by itself. */
export function RunsPage({ linkTo = noLinks, loginHref, ...source }: RunsPageProps) {
  const { common, runs: texts } = useTexts()
  const [show, setShow] = useState<RunListFilter>('active')
  const { runs, failure, hasMore, loadMore, refresh } = useRunList({ ...source, show })
  if (blocksPage(failure, runs !== undefined)) return <FailurePage failure={failure} loginHref={loginHref} onRetry={refresh} />
  return (
    <>
      <div className="mephisto-review-filters" role="group" aria-label={texts.show}>
        {FILTERS.map(name => <button key={name} type="button" className="mephisto-review-filter" aria-pressed={name === show} onClick={() => { setShow(name) }}>{texts.filters[name]}</button>)}
      </div>
      <StaleNotice failure={failure} />
      {!runs && <p className="mephisto-review-empty" role="status">{common.loading}</p>}
      {runs?.length === 0 && <p className="mephisto-review-empty">{texts.empty[show]}</p>}
      {runs && runs.length > 0 && <div className="mephisto-review-panel mephisto-review-scroll" tabIndex={0} role="region" aria-label={texts.title}><RunTable runs={runs} linkTo={linkTo} /></div>}
      {hasMore && <p><button type="button" className="mephisto-button" onClick={loadMore}>{common.loadMore}</button></p>}
    </>
  )
}

/** Runs with how far each is and what it costs. */
export function RunTable({ runs, linkTo }: { readonly runs: readonly RunView[]; readonly linkTo: LinkTo }) {
  const { runs: texts } = useTexts()
  return (
    <table className="mephisto-review-table mephisto-review-table-wide mephisto-review-runs">
      <thead><tr>{[texts.run, texts.status, texts.answers, texts.spent, texts.started].map(name => <th key={name} scope="col">{name}</th>)}</tr></thead>
      <tbody>{runs.map(run => <RunRow key={run.id} run={run} linkTo={linkTo} />)}</tbody>
    </table>
  )
}

function RunRow({ run, linkTo }: { readonly run: RunView; readonly linkTo: LinkTo }) {
  const { runs: texts, runStatuses } = useTexts()
  const formats = useFormats()
  const { title, task, status, unitsAnswered, unitsTotal, money: { spent, budget }, startedAt } = run
  return (
    <tr>
      <th scope="row">
        {linkTo({ to: 'run', id: run.id }, title === '' ? task : title)}
        {title !== '' && <span className="mephisto-review-hint mephisto-review-under">{task}</span>}
      </th>
      <td><span className={`mephisto-review-status mephisto-review-status-${status}`}>{runStatuses[status]}</span></td>
      <td>
        <progress className="mephisto-review-progress" value={unitsAnswered} max={Math.max(1, unitsTotal)} aria-hidden="true" />
        {texts.answered(formats.count(unitsAnswered), formats.count(unitsTotal))}
      </td>
      <td>{formats.money(spent)}{budget && <span className="mephisto-review-hint"> {texts.ofBudget(formats.money(budget))}</span>}</td>
      <td>{startedAt === null ? texts.notStarted : formats.moment(startedAt)}</td>
    </tr>
  )
}
