import { useEffect, useRef } from 'react'
import type { ReviewSource } from '../review-store.js'
import { useTexts } from '../texts/review-texts.js'
import { ExtrasFields } from './extras-fields.js'
import { hasExtras, type ExtrasTerms } from './extras-draft.js'

interface MoreWithItProps {
  readonly source: ReviewSource
  readonly terms: ExtrasTerms
  readonly currency: string
  /** The key that unfolds it. @default none */
  readonly letter?: string
  readonly isOpen: boolean
  readonly onOpen: (isOpen: boolean) => void
  readonly onChange: (terms: ExtrasTerms) => void
}

/** What goes with a verdict, folded away until somebody wants it; says while it is folded that there is something. */
export function MoreWithIt({ source, terms, currency, letter, isOpen, onOpen, onChange }: MoreWithItProps) {
  const { extras: texts } = useTexts()
  const details = useRef<HTMLDetailsElement>(null)
  const wasOpen = useRef(isOpen)
  useEffect(() => {
    if (isOpen && !wasOpen.current) details.current?.querySelector('textarea')?.focus()
    wasOpen.current = isOpen
  }, [isOpen])
  return (
    <details
      ref={details} className="mephisto-review-with" open={isOpen} onToggle={event => { onOpen(event.currentTarget.open) }}
      onKeyDown={event => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        onOpen(false)
        details.current?.querySelector('summary')?.focus()
      }}
    >
      <summary>{texts.title} {letter !== undefined && <kbd aria-hidden="true">{letter}</kbd>}{!isOpen && hasExtras(terms) && <span className="mephisto-review-optional"> {texts.isFilled}</span>}</summary>
      {isOpen && <ExtrasFields source={source} terms={terms} currency={currency} onChange={onChange} />}
    </details>
  )
}
