import { useState } from 'react'
import { blocksPage } from '../kit/failure-blocks.js'
import { noLinks, type LinkTo } from '../kit/link-to.js'
import { MoneyLines } from '../kit/money-lines.js'
import { FailurePage } from '../failure-page.js'
import { StaleNotice } from '../kit/stale-notice.js'
import type { ReviewSource } from '../review-store.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { useRights } from '../kit/use-rights.js'
import { BudgetLine } from './budget-line.js'
import { useCountTexts } from './counts.js'
import { NameSheet } from './name-sheet.js'
import { useProjectActs } from './use-project-acts.js'
import { useProjectList, type ProjectListFilter } from './use-project-list.js'

/** Options of {@link ProjectsPage}. */
export interface ProjectsPageProps extends ReviewSource {
  /** Draws names as links to where they are shown. @default texts */
  readonly linkTo?: LinkTo
  /** Where your login page is. @default no link */
  readonly loginHref?: string | undefined
}

const FILTERS: readonly ProjectListFilter[] = ['active', 'archived', 'all']

/** All projects by name: what each comes to and what it may spend; an operator can make one. */
export function ProjectsPage({ linkTo = noLinks, loginHref, ...source }: ProjectsPageProps) {
  const { common, projects: texts } = useTexts()
  const formats = useFormats()
  const countsOf = useCountTexts()
  const { isOperator } = useRights(source)
  const acts = useProjectActs(source)
  const [show, setShow] = useState<ProjectListFilter>('active')
  const [isMaking, setIsMaking] = useState(false)
  const { projects, failure, hasMore, loadMore, refresh } = useProjectList({ ...source, show })
  if (blocksPage(failure, projects !== undefined)) return <FailurePage failure={failure} loginHref={loginHref} onRetry={refresh} />
  return (
    <>
      <div className="mephisto-review-run-head">
        <div className="mephisto-review-filters" role="group" aria-label={texts.show}>
          {FILTERS.map(name => <button key={name} type="button" className="mephisto-review-filter" aria-pressed={name === show} onClick={() => { setShow(name) }}>{texts.filters[name]}</button>)}
        </div>
        {isOperator && <button type="button" className="mephisto-button" onClick={() => { acts.reset(); setIsMaking(true) }}>{texts.make}</button>}
      </div>
      <p className="mephisto-review-hint" role="status">{acts.done && texts.done[acts.done.verb]}</p>
      <StaleNotice failure={failure} />
      {!projects && <p className="mephisto-review-empty" role="status">{common.loading}</p>}
      {projects?.length === 0 && <p className="mephisto-review-empty">{texts.empty[show]}</p>}
      {projects && projects.length > 0 && (
        <div className="mephisto-review-panel mephisto-review-scroll" tabIndex={0} role="region" aria-label={texts.title}>
          <table className="mephisto-review-table mephisto-review-table-wide">
            <thead><tr>{[texts.project, texts.tasks, texts.runs, texts.units, texts.spend, texts.budget].map(name => <th key={name} scope="col">{name}</th>)}</tr></thead>
            <tbody>
              {projects.map(project => {
                const counts = countsOf(project)
                return (
                  <tr key={project.id}>
                    <th scope="row">{linkTo({ to: 'project', id: project.id }, project.name)}{project.archivedAt !== null && <span className="mephisto-review-hint mephisto-review-under">{texts.archived}</span>}</th>
                    <td data-name={texts.tasks}>{formats.count(project.tasks)}</td>
                    <td data-name={texts.runs} className="mephisto-review-in-one">{counts.runs}</td>
                    <td data-name={texts.units} className="mephisto-review-in-one">{counts.units}</td>
                    <td data-name={texts.spend} className="mephisto-review-in-one"><MoneyLines money={project.money} /></td>
                    <td data-name={texts.budget} className="mephisto-review-in-one"><BudgetLine project={project} /></td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        </div>
      )}
      {hasMore && <p><button type="button" className="mephisto-button" onClick={loadMore}>{common.loadMore}</button></p>}
      {isMaking && <NameSheet project={null} acts={acts} onClose={() => { setIsMaking(false) }} />}
    </>
  )
}
