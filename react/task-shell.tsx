import { useEffect, useId, useRef, type ReactNode } from 'react'
import type { AnyBlueprint } from '../sdk/blueprints/blueprint.js'
import type { WorkingTask } from '../sdk/client/task-state.js'
import { payText } from '../sdk/client/task-text.js'
import { ConnectionBanner } from './connection-banner.js'
import { DraftLine } from './draft-line.js'
import { GiveBackButton } from './give-back-button.js'
import { InstructionsButton } from './instructions-button.js'
import { LeaseCountdown } from './lease-countdown.js'
import { ProgressLine } from './progress-line.js'
import { ReceiptLine } from './receipt-line.js'

/** Props of {@link TaskShell}. */
export interface TaskShellProps {
  /** The unit in hand. */
  readonly task: WorkingTask<AnyBlueprint>
  /** @default the run's title */
  readonly title?: string
  /** What to do, shown when asked for (also by the key `?`). @default the run's description */
  readonly instructions?: ReactNode
  readonly children: ReactNode
}

/** The frame around a unit in hand, which is the `main` of its page, below a header of the host's: title, pay, progress, time left (live work has none), where the draft is kept, instructions, giving back, and how the connection is. */
export function TaskShell({ task, title = task.run.title, instructions = task.run.description, children }: TaskShellProps) {
  const titleId = useId()
  const pay = payText(task.run.pay, 'each')
  const content = useRef<HTMLElement>(null)
  useEffect(() => {
    content.current?.focus({ preventScroll: true })
    content.current?.closest('.mephisto-root')?.scrollIntoView({ block: 'start' })
  }, [task.unitId])

  return (
    <main className="mephisto-root mephisto-task">
      <header className="mephisto-header">
        <div className="mephisto-title-row">
          <h1 id={titleId} className="mephisto-title">{title}</h1>
          {pay !== null && <span className="mephisto-pay">{pay}</span>}
        </div>
        <ProgressLine progress={task.progress} />
        <div className="mephisto-tools">
          {task.live === null && <LeaseCountdown key={task.unitId} lease={task.lease} onMoreTime={() => task.extend()} />}
          <DraftLine draft={task.draftState} connection={task.connection} />
          <div className="mephisto-tool-buttons">
            <InstructionsButton>{typeof instructions === 'string' ? <p>{instructions}</p> : instructions}</InstructionsButton>
            <GiveBackButton giveBack={why => { task.giveBack(why) }} isDisabled={task.isSubmitting} />
          </div>
        </div>
      </header>
      <ConnectionBanner connection={task.connection} isSending={task.isSubmitting} />
      <div role="status" aria-live="polite" className="mephisto-live">
        {task.lastReceipt !== null && <ReceiptLine key={task.lastReceipt.submissionId} receipt={task.lastReceipt} />}
      </div>
      <section ref={content} tabIndex={-1} className="mephisto-content" aria-labelledby={titleId} aria-busy={task.isSubmitting}>
        {children}
      </section>
    </main>
  )
}
