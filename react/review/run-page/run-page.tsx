import { FailurePage } from '../failure-page.js'
import { blocksPage } from '../kit/failure-blocks.js'
import { StaleNotice } from '../kit/stale-notice.js'
import { Panel } from '../kit/panel.js'
import type { ReviewSource } from '../review-store.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { useRunProgress } from '../use-run-progress.js'
import { AnswerStatistics } from './answer-statistics.js'
import { PeopleFunnel } from './people-funnel.js'
import { RunControls } from './run-controls.js'
import { RunFacts } from './run-facts.js'
import { RunLosses } from './run-losses.js'
import { RunNotices } from './run-notices.js'
import { RunTiles } from './run-tiles.js'
import { UnitStates } from './unit-states.js'
import { useRunFigures } from './use-run-figures.js'
import { useTimelineChart } from './use-timeline-chart.js'

/** Options of {@link RunPage}. */
export interface RunPageProps extends ReviewSource {
  /** Id of the run. */
  readonly run: string
  /** Where your login page is. @default no link */
  readonly loginHref?: string | undefined
}

/** How a run stands: its figures, people, units over time, answers, money, and what can be done with it. What changes appears by itself. */
export function RunPage({ run, loginHref, ...source }: RunPageProps) {
  const texts = useTexts()
  const formats = useFormats()
  const { progress, failure, refresh } = useRunProgress({ ...source, run })
  const { overview, timeline, statistics } = useRunFigures({ ...source, run })
  const Chart = useTimelineChart(source)
  if (blocksPage(failure, progress !== undefined)) return <FailurePage failure={failure} loginHref={loginHref} missing={texts.runs.missing} onRetry={refresh} />
  if (!progress) return <p className="mephisto-review-empty" role="status">{texts.common.loading}</p>
  return (
    <div className="mephisto-review-overview">
      <StaleNotice failure={failure} />
      <div className="mephisto-review-run-head">
        <p><strong className={`mephisto-review-status mephisto-review-status-${progress.run.status}`}>{texts.runStatuses[progress.run.status]}</strong> <span className="mephisto-review-hint">{progress.run.startedAt !== null && formats.moment(progress.run.startedAt)}</span></p>
        <RunControls source={source} progress={progress} items={overview?.items} />
      </div>
      <RunNotices progress={progress} />
      <RunTiles progress={progress} overview={overview} />
      <div className="mephisto-review-panels">
        <Panel title={texts.run.overTime} isWide>{timeline && Chart ? <Chart timeline={timeline} /> : <Loading />}</Panel>
        <Panel title={texts.run.people}>{overview ? <PeopleFunnel people={overview.people} /> : <Loading />}</Panel>
        <Panel title={texts.run.byState}><UnitStates units={progress.units} /></Panel>
        <Panel title={texts.run.answersGiven} isWide>{statistics ? <AnswerStatistics statistics={statistics} /> : <Loading />}</Panel>
        <Panel title={texts.run.losses}><RunLosses progress={progress} /></Panel>
        <Panel title={texts.run.about}><RunFacts run={progress.run} /></Panel>
      </div>
    </div>
  )
}

function Loading() {
  return <p className="mephisto-review-hint" role="status">{useTexts().common.loading}</p>
}
