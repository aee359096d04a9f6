import type { ReactNode } from 'react'
import type { AnyTaskState } from '../sdk/client/task-state.js'
import { ConnectionBanner } from './connection-banner.js'
import { GateCard } from './gate-card.js'
import { LeaseLostCard } from './lease-lost-card.js'
import { PreviewCard } from './preview-card.js'
import { ProgressLine } from './progress-line.js'
import { ReceiptLine } from './receipt-line.js'

/** Props of {@link TaskGate}. */
export interface TaskGateProps {
  readonly task: AnyTaskState
  /** Where a new personal link can be had. @default none: a failure offers to try again */
  readonly startHref?: string
  /** Shown in the preview below the description, such as a sample of the input. */
  readonly children?: ReactNode
}

/** Shows every state that is neither working nor onboarding, which are the page's own: what the work is, receipts, true reasons, and one button that leads on. */
export function TaskGate({ task, startHref, children }: TaskGateProps) {
  const isSending = (task.status === 'loading' && task.isSending) || (task.status === 'lease_lost' && task.isSubmitting)
  return (
    <div className="mephisto-root mephisto-task">
      <ConnectionBanner connection={task.connection} isSending={isSending} />
      <GateContent key={task.status} task={task} startHref={startHref}>{children}</GateContent>
    </div>
  )
}

function GateContent({ task, startHref, children }: { task: AnyTaskState; startHref: string | undefined; children: ReactNode }) {
  switch (task.status) {
    case 'working':
    case 'onboarding':
      return null
    case 'loading':
      return (
        <GateCard heading={task.isSending ? 'Sending your answer…' : 'One moment…'}>
          <p>{task.isSending ? 'Your last answer is safe on this device and is being sent.' : 'Your work is being looked up.'}</p>
        </GateCard>
      )
    case 'preview':
      return <PreviewCard task={task}>{children}</PreviewCard>
    case 'submitted':
      return (
        <GateCard
          heading={task.receipt.outcome === 'completed' ? 'Your answer is in' : 'Your answer was kept, but does not count'}
          primary={{ label: 'Next item', target: () => { task.next() }, isBusy: task.isBusy }}
        >
          <ReceiptLine receipt={task.receipt} />
          <ProgressLine progress={task.progress} />
          <p className="mephisto-muted">You can stop here and close this page, or go on.</p>
        </GateCard>
      )
    case 'refused':
      return (
        <GateCard
          heading="No item for you right now"
          primary={{ label: 'Look again', target: () => { task.retry() }, isBusy: task.isBusy }}
        >
          {task.lastReceipt && <ReceiptLine receipt={task.lastReceipt} />}
          <p>{task.message}</p>
          <ProgressLine progress={task.progress} />
          {task.retryAfterMs !== null && <p className="mephisto-muted">This page looks again by itself while it is open.</p>}
        </GateCard>
      )
    case 'lease_lost':
      return <LeaseLostCard task={task} />
    case 'failed':
      return (
        <GateCard
          heading={task.code === 'link_expired' ? 'This link has expired' : 'This does not work'}
          primary={startHref === undefined
            ? { label: 'Try again', target: () => { task.retry() } }
            : { label: 'Go to the start page', target: startHref }}
        >
          {task.lastReceipt && <ReceiptLine receipt={task.lastReceipt} />}
          <p>{task.message}</p>
          {task.hasDraft && <p>What you typed is kept on this device. It is there again when you come back to the same item.</p>}
        </GateCard>
      )
  }
}
