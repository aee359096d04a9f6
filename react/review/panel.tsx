import { useId, type ReactNode } from 'react'

interface PanelProps {
  readonly title: string
  readonly isWide?: boolean
  readonly children: ReactNode
}

/** A part of a page with its heading. */
export function Panel({ title, isWide = false, children }: PanelProps) {
  const id = useId()
  return (
    <section className={`mephisto-review-panel${isWide ? ' mephisto-review-panel-wide' : ''}`} aria-labelledby={id}>
      <h2 id={id} className="mephisto-review-panel-title">{title}</h2>
      {children}
    </section>
  )
}
