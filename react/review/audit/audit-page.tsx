import { useState, type SubmitEvent } from 'react'
import { blocksPage } from '../kit/failure-blocks.js'
import { noLinks, type LinkTo } from '../kit/link-to.js'
import { FailurePage } from '../failure-page.js'
import { StaleNotice } from '../kit/stale-notice.js'
import type { ReviewSource } from '../review-store.js'
import { useTexts } from '../texts/review-texts.js'
import { usePrincipal } from '../use-principal.js'
import { ANY_ACT, auditFilterOf, auditProblemsOf } from './audit-draft.js'
import { AuditFields } from './audit-fields.js'
import { AuditRow } from './audit-row.js'
import { useAudit } from './use-audit.js'

/** Options of {@link AuditPage}. */
export interface AuditPageProps extends ReviewSource {
  /** Draws names as links to where they are shown. @default texts */
  readonly linkTo?: LinkTo
  /** Where your login page is. @default no link */
  readonly loginHref?: string | undefined
}

/** Who did what when to what. For operators; others are told why not. */
export function AuditPage({ linkTo = noLinks, loginHref, ...source }: AuditPageProps) {
  const { audit: texts, common } = useTexts()
  const { principal, failure, refresh } = usePrincipal(source)
  if (!principal) return failure ? <FailurePage failure={failure} loginHref={loginHref} onRetry={refresh} /> : <p className="mephisto-review-empty" role="status">{common.loading}</p>
  if (principal.roles.includes('operator')) return <Acts source={source} linkTo={linkTo} loginHref={loginHref} />
  return (
    <section className="mephisto-review-page">
      <h2 className="mephisto-review-page-title">{texts.operatorsOnly}</h2>
      <p>{texts.whyNot(principal.roles.join(', ') || texts.noRole)}</p>
    </section>
  )
}

function Acts({ source, linkTo, loginHref }: { readonly source: ReviewSource; readonly linkTo: LinkTo; readonly loginHref: string | undefined }) {
  const texts = useTexts()
  const { audit, common } = texts
  const [draft, setDraft] = useState(ANY_ACT)
  const [filter, setFilter] = useState(auditFilterOf(ANY_ACT))
  const { entries, failure, hasMore, loadMore, refresh } = useAudit({ ...source, filter })
  const problems = auditProblemsOf(draft, texts)
  const isWrong = Object.values(problems).some(problem => problem !== null)
  const isAll = Object.keys(filter).length === 0
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault()
    if (!isWrong) setFilter(auditFilterOf(draft))
  }
  if (failure?.kind !== 'refused' && failure?.kind !== 'not_found' && blocksPage(failure, entries !== undefined)) return <FailurePage failure={failure} loginHref={loginHref} onRetry={refresh} />
  return (
    <>
      <details className="mephisto-review-fold mephisto-review-panel">
        <summary>{audit.filter}</summary>
        <form className="mephisto-review-form" onSubmit={submit} noValidate>
          <AuditFields draft={draft} problems={problems} onChange={setDraft} />
          <p className="mephisto-review-page-actions">
            <button type="submit" className="mephisto-button mephisto-button-primary" disabled={isWrong}>{audit.apply}</button>
            <button type="button" className="mephisto-button" onClick={() => { setDraft(ANY_ACT); setFilter({}) }}>{audit.clear}</button>
          </p>
        </form>
      </details>
      {failure?.kind === 'refused' || failure?.kind === 'not_found' ? <p className="mephisto-review-trouble" role="alert">{failure.message}</p> : <StaleNotice failure={failure} />}
      {!entries && !failure && <p className="mephisto-review-empty" role="status">{common.loading}</p>}
      {entries?.length === 0 && <p className="mephisto-review-empty" role="status">{isAll ? audit.empty : audit.filteredEmpty}</p>}
      {entries && entries.length > 0 && (
        <div className="mephisto-review-panel mephisto-review-scroll" tabIndex={0} role="region" aria-label={audit.title}>
          <table className="mephisto-review-table mephisto-review-table-wide mephisto-review-acts">
            <thead><tr>{[audit.when, audit.who, audit.what, audit.about, audit.asked].map(name => <th key={name} scope="col">{name}</th>)}</tr></thead>
            <tbody>{entries.map(entry => <AuditRow key={entry.id} entry={entry} linkTo={linkTo} />)}</tbody>
          </table>
        </div>
      )}
      {hasMore && <p><button type="button" className="mephisto-button" onClick={loadMore}>{common.loadMore}</button></p>}
    </>
  )
}
