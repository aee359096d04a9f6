import type { ReactNode } from 'react'
import type { AnyTaskState } from '../sdk/client/task-state.js'
import { formatMoney } from '../sdk/data-model/money.js'
import { durationText } from './duration-text.js'
import { GateCard } from './gate-card.js'
import { ProgressLine } from './progress-line.js'

/** What the work is, what it pays and how long one may take, before anything is accepted. */
export function PreviewCard({ task, children }: { task: Extract<AnyTaskState, { status: 'preview' }>; children: ReactNode }) {
  const { run, refusal, hasUnitUnderWay, isBusy } = task
  const label = refusal !== null ? 'Look again' : hasUnitUnderWay ? 'Continue where you left off' : 'Accept and start'
  return (
    <GateCard heading={run.title} primary={{ label, target: () => { task.accept() }, isBusy }}>
      <p>{run.description}</p>
      <dl className="mephisto-facts">
        <div><dt>Pay</dt><dd>{formatMoney(run.pay)} per item</dd></div>
        <div><dt>Time limit</dt><dd>{durationText(run.leaseMs)} per item</dd></div>
      </dl>
      {children}
      <ProgressLine progress={task.progress} />
      {refusal !== null && <p className="mephisto-notice">{refusal.message}</p>}
      {refusal === null && hasUnitUnderWay && <p className="mephisto-notice">You have an item under way. It is still yours.</p>}
    </GateCard>
  )
}
