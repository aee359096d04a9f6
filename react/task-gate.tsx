import type { ReactNode } from 'react'
import { gateOf, type GateState, type GateStep } from '../sdk/client/gate.js'
import type { AnyTaskState } from '../sdk/client/task-state.js'
import { ConnectionBanner } from './connection-banner.js'
import { GateCard, type GateAction } from './gate-card.js'
import { ProgressLine } from './progress-line.js'
import { ReceiptLine } from './receipt-line.js'
import { NOT_COMPLETE } from '../sdk/client/task-text.js'

/** Props of {@link TaskGate}. */
export interface TaskGateProps {
  readonly task: AnyTaskState
  /** Where a new personal link can be had. @default none: a failure offers to try again */
  readonly startHref?: string
  /** Shown below the text, in every state: a sample of the input in the preview, an opinion that is asked for after the answer. */
  readonly children?: ReactNode
}

/** Shows every state that is neither working nor onboarding, which are the page's own: what the work is, receipts, true reasons, and one button that leads on. */
export function TaskGate({ task, startHref, children }: TaskGateProps) {
  const isSending = (task.status === 'loading' && task.isSending) || (task.status === 'lease_lost' && task.isSubmitting)
  return (
    <div className="mephisto-root mephisto-task">
      <ConnectionBanner connection={task.connection} isSending={isSending} />
      {task.status !== 'working' && task.status !== 'onboarding' && (
        <GateContent key={task.status} task={task} startHref={startHref}>{children}</GateContent>
      )}
    </div>
  )
}

function GateContent({ task, startHref, children }: { task: GateState; startHref: string | undefined; children: ReactNode }) {
  const { heading, receipt, texts, facts, progress, notices, hints, problems, primary, secondary } = gateOf(task)
  const start = task.status === 'failed' && task.code !== 'page_outdated' && startHref !== undefined ? { label: 'Go to the start page', target: startHref } : null
  const first = start ?? (primary && actionOf(primary))
  return (
    <GateCard heading={heading} {...(first ? { primary: first } : {})} {...(secondary ? { secondary: actionOf(secondary) } : {})}>
      {receipt && <ReceiptLine receipt={receipt} />}
      {texts.map(text => <p key={text}>{text}</p>)}
      {facts.length > 0 && (
        <dl className="mephisto-facts">
          {facts.map(({ name, value }) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
        </dl>
      )}
      {children}
      {progress && <ProgressLine progress={progress} />}
      {notices.map(notice => <p key={notice} className="mephisto-notice">{notice}</p>)}
      {hints.map(hint => <p key={hint} className="mephisto-muted">{hint}</p>)}
      {problems.length > 0 && (
        <div role="alert" className="mephisto-notice mephisto-notice-bad">
          <p>{NOT_COMPLETE}</p>
          <ul>{problems.map(problem => <li key={`${problem.path} ${problem.message}`}>{problem.message}</li>)}</ul>
        </div>
      )}
    </GateCard>
  )
}

function actionOf({ label, isBusy, run }: GateStep): GateAction {
  return { label, isBusy, target: () => { run() } }
}
