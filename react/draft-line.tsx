import type { AnyTaskState, DraftState } from '../sdk/client/task-state.js'
import { draftText } from '../sdk/client/task-text.js'

/** Says where what was typed is kept. Eyes see every change of it; ears hear once that it is kept, or that it is not. */
export function DraftLine({ draft, connection }: { draft: DraftState; connection: AnyTaskState['connection'] }) {
  const { shown, time, said } = draftText(draft, connection)
  return (
    <>
      <span className={`mephisto-draft mephisto-draft-${draft.status}`} aria-hidden="true">{shown}<span className="mephisto-draft-time">{time}</span></span>
      <span className="mephisto-unseen" role="status">{said}</span>
    </>
  )
}
