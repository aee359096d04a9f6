import type { TaskSummaryView } from '../../../sdk/protocol/project-views.js'
import { blocksPage } from '../kit/failure-blocks.js'
import { noLinks, type LinkTo } from '../kit/link-to.js'
import { MoneyLines } from '../kit/money-lines.js'
import { Panel } from '../kit/panel.js'
import { FailurePage } from '../failure-page.js'
import { LoadingHint } from '../kit/loading-hint.js'
import { StaleNotice } from '../kit/stale-notice.js'
import type { ReviewSource } from '../review-store.js'
import { AnswerStatistics } from '../run-page/answer-statistics.js'
import { RunTable } from '../runs-page.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { useCountTexts } from './counts.js'
import { TaskControls } from './task-controls.js'
import { useTaskList } from './use-task-list.js'
import { useTaskRuns } from './use-task-runs.js'
import { useTaskStatistics } from './use-task-statistics.js'

/** Options of {@link TaskPage}. */
export interface TaskPageProps extends ReviewSource {
  /** By name or id. */
  readonly task: string
  /** Draws names as links to where they are shown. @default texts */
  readonly linkTo?: LinkTo
  /** Where your login page is. @default no link */
  readonly loginHref?: string | undefined
}

/** One task: its runs, how its answers are spread and how far people agree; an operator moves and archives it, and says how long answers are kept. */
export function TaskPage({ task: named, linkTo = noLinks, loginHref, ...source }: TaskPageProps) {
  const { common, projects: texts } = useTexts()
  const { tasks, failure, refresh } = useTaskList({ ...source, filter: { task: named } })
  const { statistics, failure: statisticsFailure } = useTaskStatistics({ ...source, task: named })
  const task = tasks?.[0]
  if (blocksPage(failure, task !== undefined)) return <FailurePage failure={failure} loginHref={loginHref} onRetry={refresh} />
  if (!task) return <p className="mephisto-review-empty" role="status">{common.loading}</p>
  const of = { kind: 'task' as const, id: task.id }
  return (
    <div className="mephisto-review-overview">
      <StaleNotice failure={failure} />
      <div className="mephisto-review-run-head">
        <p className="mephisto-review-ways">
          {task.archivedAt !== null && <strong className="mephisto-review-status">{texts.archived}</strong>}
          {linkTo({ to: 'spending', of }, texts.seeSpending)} {linkTo({ to: 'exports', of }, texts.seeExports)}
        </p>
        <TaskControls source={source} task={task} />
      </div>
      <div className="mephisto-review-panels">
        <Panel title={texts.taskRuns} isWide><TaskRuns source={source} task={task.name} linkTo={linkTo} /></Panel>
        <Panel title={texts.answersGiven} isWide>
          {statistics ? <AnswerStatistics statistics={{ answers: statistics.answers, fields: statistics.fields, isPart: false }} /> : <LoadingHint failure={statisticsFailure} />}
        </Panel>
        <Panel title={texts.about} isWide><TaskFacts task={task} linkTo={linkTo} /></Panel>
      </div>
    </div>
  )
}

function TaskRuns({ source, task, linkTo }: { readonly source: ReviewSource; readonly task: string; readonly linkTo: LinkTo }) {
  const { common, projects: texts } = useTexts()
  const { runs, hasMore, loadMore } = useTaskRuns({ ...source, task })
  if (!runs) return <p className="mephisto-review-hint" role="status">{common.loading}</p>
  if (runs.length === 0) return <p className="mephisto-review-hint">{texts.runsEmpty}</p>
  return (
    <>
      <div className="mephisto-review-scroll" tabIndex={0} role="group" aria-label={texts.taskRuns}><RunTable runs={runs} linkTo={linkTo} /></div>
      {hasMore && <p><button type="button" className="mephisto-button" onClick={loadMore}>{common.loadMore}</button></p>}
    </>
  )
}

function TaskFacts({ task, linkTo }: { readonly task: TaskSummaryView; readonly linkTo: LinkTo }) {
  const texts = useTexts().projects
  const { facts } = texts
  const formats = useFormats()
  const counts = useCountTexts()(task)
  const { project, retentionDays, approvalRate } = task
  const shown = [
    [facts.project, project ? linkTo({ to: 'project', id: project.id }, project.name) : texts.noProject], [facts.blueprint, task.blueprintType], [facts.runs, counts.runs], [facts.units, counts.units], [facts.workers, formats.count(task.workers)],
    [facts.money, <MoneyLines key="money" money={task.money} />], [facts.approval, approvalRate === null ? '–' : formats.share(approvalRate)],
    [facts.retention, retentionDays === null ? texts.keptForGood : texts.keptDays(retentionDays)], [facts.made, formats.moment(task.createdAt)], [facts.id, task.id],
  ] as const
  return <dl className="mephisto-review-values">{shown.map(([name, value]) => <div key={name} className="mephisto-review-value"><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
}
