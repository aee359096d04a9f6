import { blocksPage } from '../kit/failure-blocks.js'
import { noLinks, type LinkTo } from '../kit/link-to.js'
import { Panel } from '../kit/panel.js'
import { FailurePage } from '../failure-page.js'
import { LoadingHint } from '../kit/loading-hint.js'
import { StaleNotice } from '../kit/stale-notice.js'
import type { ReviewSource } from '../review-store.js'
import { useTexts } from '../texts/review-texts.js'
import { ProjectAgreement } from './project-agreement.js'
import { ProjectControls } from './project-controls.js'
import { ProjectTiles } from './project-tiles.js'
import { TaskTable } from './task-table.js'
import { useProject } from './use-project.js'
import { useTaskList } from './use-task-list.js'

/** Options of {@link ProjectPage}. */
export interface ProjectPageProps extends ReviewSource {
  /** By name or id. */
  readonly project: string
  /** Draws names as links to where they are shown. @default texts */
  readonly linkTo?: LinkTo
  /** Where your login page is. @default no link */
  readonly loginHref?: string | undefined
}

/** One project: what it comes to and may spend, its tasks, and how far people agree; an operator names, caps and archives it. */
export function ProjectPage({ project: named, linkTo = noLinks, loginHref, ...source }: ProjectPageProps) {
  const { common, projects: texts } = useTexts()
  const { project, failure, agreement, agreementFailure, refresh } = useProject({ ...source, project: named })
  const { tasks, hasMore, loadMore } = useTaskList({ ...source, filter: { project: named } })
  if (blocksPage(failure, project !== undefined)) return <FailurePage failure={failure} loginHref={loginHref} onRetry={refresh} />
  if (!project) return <p className="mephisto-review-empty" role="status">{common.loading}</p>
  const of = { kind: 'project' as const, id: project.id }
  return (
    <div className="mephisto-review-overview">
      <StaleNotice failure={failure} />
      <div className="mephisto-review-run-head">
        <p className="mephisto-review-ways">
          {project.archivedAt !== null && <strong className="mephisto-review-status">{texts.archived}</strong>}
          {linkTo({ to: 'projects' }, texts.allProjects)} {linkTo({ to: 'spending', of }, texts.seeSpending)} {linkTo({ to: 'exports', of }, texts.seeExports)}
        </p>
        <ProjectControls source={source} project={project} />
      </div>
      <ProjectTiles project={project} />
      <Panel title={texts.tasks} isWide>
        {!tasks && <p className="mephisto-review-hint" role="status">{common.loading}</p>}
        {tasks?.length === 0 && <p className="mephisto-review-hint">{texts.tasksEmpty}</p>}
        {tasks && tasks.length > 0 && <div className="mephisto-review-scroll" tabIndex={0} role="group" aria-label={texts.tasks}><TaskTable tasks={tasks} linkTo={linkTo} /></div>}
        {hasMore && <p><button type="button" className="mephisto-button" onClick={loadMore}>{common.loadMore}</button></p>}
      </Panel>
      <Panel title={texts.agreement} isWide>
        {agreement ? <ProjectAgreement agreement={agreement} /> : <LoadingHint failure={agreementFailure} />}
      </Panel>
    </div>
  )
}
