import { useEffect, useId, useRef, type ReactNode } from 'react'

interface ModalDialogProps {
  isOpen: boolean
  onClose: () => void
  title: string
  children: ReactNode
  actions: ReactNode
}

/** A native modal dialog: the browser keeps the focus inside, closes it with Escape, and gives the focus back. */
export function ModalDialog({ isOpen, onClose, title, children, actions }: ModalDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useEffect(() => {
    if (isOpen && dialog.current?.open === false) dialog.current.showModal()
    if (!isOpen && dialog.current?.open === true) dialog.current.close()
  }, [isOpen])
  return (
    <dialog ref={dialog} className="mephisto-dialog" aria-labelledby={titleId} onClose={onClose}>
      <h2 id={titleId} className="mephisto-heading">{title}</h2>
      <div className="mephisto-prose">{children}</div>
      <div className="mephisto-actions">{actions}</div>
    </dialog>
  )
}
