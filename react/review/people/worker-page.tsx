import { useMemo } from 'react'
import type { WorkerPageView } from '../../../sdk/protocol/people-views.js'
import { FailurePage } from '../failure-page.js'
import { StaleNotice } from '../kit/stale-notice.js'
import { Panel } from '../kit/panel.js'
import type { ReviewSource } from '../review-store.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { GrantHistoryTable } from './grant-history-table.js'
import { blocksPage } from '../kit/failure-blocks.js'
import { noLinks, type LinkTo } from '../kit/link-to.js'
import { useWorker } from './use-worker.js'
import { WorkerBlocks } from './worker-blocks.js'
import { WorkerGrants } from './worker-grants.js'
import { WorkerRemarks } from './worker-remarks.js'
import { WorkerTiles } from './worker-tiles.js'
import { WorkerRuns, WorkerUnits } from './worker-work.js'

/** Options of {@link WorkerPage}. */
export interface WorkerPageProps extends ReviewSource {
  /** Id of the worker. */
  readonly worker: string
  /** Draws names as links to where they are shown. @default texts */
  readonly linkTo?: LinkTo
  /** Where your login page is. @default no link */
  readonly loginHref?: string | undefined
}

/** One worker: who it is, what they did and earned, what they may, what keeps them away, and what they said. */
export function WorkerPage({ worker, linkTo = noLinks, loginHref, ...source }: WorkerPageProps) {
  const { common, people: texts } = useTexts()
  const { page, failure, refresh } = useWorker({ ...source, worker })
  const tasks = useMemo(() => new Map(page?.runs.map(({ runId, task }) => [runId, task])), [page])
  if (blocksPage(failure, page !== undefined)) return <FailurePage failure={failure} loginHref={loginHref} missing={texts.noWorker} onRetry={refresh} />
  if (!page) return <p className="mephisto-review-empty" role="status">{common.loading}</p>
  const { blocks } = page
  const runName = (run: string): string => tasks.get(run) ?? run
  return (
    <div className="mephisto-review-overview">
      <StaleNotice failure={failure} />
      <p><strong className={`mephisto-review-status mephisto-review-status-${blocks.length === 0 ? 'running' : 'failed'}`}>{blocks.length === 0 ? texts.page.mayWork : texts.page.isBlocked(blocks.length)}</strong></p>
      <WorkerTiles source={source} page={page} />
      <div className="mephisto-review-panels">
        <Panel title={texts.page.about}><WorkerFacts page={page} /></Panel>
        <Panel title={texts.page.latest}><WorkerUnits page={page} linkTo={linkTo} runName={runName} /></Panel>
        <WorkerGrants source={source} page={page} linkTo={linkTo} />
        <WorkerBlocks source={source} worker={page.worker} runName={runName} />
        <Panel title={texts.page.runs} isWide><WorkerRuns page={page} linkTo={linkTo} /></Panel>
        <Panel title={texts.page.history} isWide><GrantHistoryTable source={source} filter={{ worker }} linkTo={linkTo} /></Panel>
        <Panel title={texts.page.remarks} isWide><WorkerRemarks source={source} worker={worker} /></Panel>
      </div>
    </div>
  )
}

function WorkerFacts({ page: { worker } }: { readonly page: WorkerPageView }) {
  const { people: texts } = useTexts()
  const formats = useFormats()
  const facts = [[texts.pseudonym, worker.pseudonym], [texts.provider, worker.provider], [texts.externalId, worker.externalId], [texts.page.firstSeen, formats.moment(worker.firstSeenAt)], [texts.id, worker.id]] as const
  return <dl className="mephisto-review-values">{facts.map(([name, value]) => <div key={name} className="mephisto-review-value"><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
}
