import type { ProgressView } from '../sdk/protocol/worker-views.js'
import { PROGRESS_LABEL } from '../sdk/client/task-text.js'

/** Props of {@link ProgressLine}. */
export interface ProgressLineProps {
  readonly progress: ProgressView
}

/** How far the worker and the run are: “You: 3 done · All together: 40 of 120 answered”, with a bar. */
export function ProgressLine({ progress: { completedByYou, unitsTotal, unitsAnswered } }: ProgressLineProps) {
  return (
    <div className="mephisto-progress">
      <p className="mephisto-progress-text">
        <span>You: <strong>{completedByYou}</strong> done</span>
        <span>All together: <strong>{unitsAnswered}</strong> of {unitsTotal} answered</span>
      </p>
      <progress
        className="mephisto-progress-bar"
        value={unitsAnswered}
        max={Math.max(1, unitsTotal)}
        aria-label={PROGRESS_LABEL}
      />
    </div>
  )
}
