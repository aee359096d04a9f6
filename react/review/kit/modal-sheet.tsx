import { useEffect, useId, useRef, type ReactNode } from 'react'

interface ModalSheetProps {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
}

/** A native modal dialog that is open while it is there: the browser keeps the focus inside, closes it with Escape, and gives the focus back. */
export function ModalSheet({ title, onClose, children }: ModalSheetProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useEffect(() => {
    const element = dialog.current
    element?.showModal()
    return () => { element?.close() }
  }, [])
  return (
    <dialog className="mephisto-review-sheet" ref={dialog} aria-labelledby={titleId} onClose={onClose}>
      <h2 id={titleId}>{title}</h2>
      {children}
    </dialog>
  )
}
