import { useEffect, useId, useRef, type ReactNode } from 'react'
import { BUSY } from '../sdk/client/task-text.js'

/** The one thing to do next. */
export interface GateAction {
  readonly label: string
  /** What it does, or where it leads. */
  readonly target: (() => void) | string
  readonly isBusy?: boolean
}

/** A card with a heading, a text, and one primary button that has the focus, so that Enter goes on. */
export function GateCard(props: { heading: string; children: ReactNode; primary?: GateAction; secondary?: GateAction }) {
  const { heading, children, primary, secondary } = props
  const textId = useId()
  const actions = useRef<HTMLDivElement>(null)
  useEffect(() => {
    actions.current?.querySelector<HTMLElement>('.mephisto-button-primary')?.focus({ preventScroll: true })
  }, [])
  return (
    <main className="mephisto-card">
      <h1 className="mephisto-title">{heading}</h1>
      <div id={textId} className="mephisto-prose" aria-live="polite">{children}</div>
      <div ref={actions} className="mephisto-actions">
        {primary && <ActionButton action={primary} className="mephisto-button mephisto-button-primary" describedBy={textId} />}
        {secondary && <ActionButton action={secondary} className="mephisto-button" />}
      </div>
    </main>
  )
}

function ActionButton({ action, className, describedBy }: { action: GateAction; className: string; describedBy?: string }) {
  const { target, label, isBusy = false } = action
  if (typeof target === 'string') return <a className={className} href={target} aria-describedby={describedBy}>{label}</a>
  // Busy buttons stay focusable: a disabled one would lose the focus, and with it the place on the page.
  return (
    <button
      type="button"
      className={className}
      aria-disabled={isBusy}
      aria-describedby={describedBy}
      onClick={isBusy ? undefined : target}
    >
      {isBusy ? BUSY : label}
    </button>
  )
}
