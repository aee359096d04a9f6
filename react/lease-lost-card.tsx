import type { AnyTaskState } from '../sdk/client/task-state.js'
import { GateCard, type GateAction } from './gate-card.js'

function isEmpty(draft: unknown): boolean {
  return draft === undefined || draft === null || draft === '' || (typeof draft === 'object' && Object.keys(draft).length === 0)
}

/** The time ran out. What was typed can still be sent, so that it is not for nothing. */
export function LeaseLostCard({ task }: { task: Extract<AnyTaskState, { status: 'lease_lost' }> }) {
  const next: GateAction = { label: 'Get another item', target: () => { task.next() }, isBusy: task.isBusy }
  const send: GateAction = {
    label: 'Send what I have',
    target: () => { task.submitAnyway(task.draft) },
    isBusy: task.isSubmitting,
  }
  const hasDraft = !isEmpty(task.draft)
  return (
    <GateCard heading="Your time for this item ran out" {...(hasDraft ? { primary: send, secondary: next } : { primary: next })}>
      <p>{task.message}</p>
      {hasDraft && <p>What you typed is not lost. You can still send it: it will be kept for the team, but may not count.</p>}
      {task.problems.length > 0 && (
        <div role="alert" className="mephisto-notice mephisto-notice-bad">
          <p>It cannot be sent yet, because it is not complete:</p>
          <ul>{task.problems.map(problem => <li key={`${problem.path} ${problem.message}`}>{problem.message}</li>)}</ul>
        </div>
      )}
    </GateCard>
  )
}
