import { useId, type ReactNode } from 'react'

interface PanelProps {
  readonly title: string
  readonly isWide?: boolean
  /** Buttons beside the title. */
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** A part of a page with its name, and what can be done there. */
export function Panel({ title, isWide = false, actions, children }: PanelProps) {
  const id = useId()
  return (
    <section className={`mephisto-review-panel${isWide ? ' mephisto-review-panel-wide' : ''}`} aria-labelledby={id}>
      <div className="mephisto-review-panel-head"><h2 id={id} className="mephisto-review-panel-title">{title}</h2>{actions}</div>
      {children}
    </section>
  )
}
