import { useState, type ReactNode } from 'react'
import { ModalDialog } from './modal-dialog.js'
import { useShortcuts } from './use-shortcuts.js'

/** Opens the instructions again at any time; the key `?` does so too, and closes them. */
export function InstructionsButton({ children }: { children: ReactNode }) {
  const [isOpen, setIsOpen] = useState(false)
  useShortcuts({ '?': () => { setIsOpen(true) } })
  const close = () => { setIsOpen(false) }
  return (
    <>
      <button type="button" className="mephisto-button mephisto-button-quiet" onClick={() => { setIsOpen(true) }}>
        Instructions <kbd className="mephisto-key">?</kbd>
      </button>
      <div onKeyDown={event => { if (event.key === '?') close() }}>
        <ModalDialog
          isOpen={isOpen}
          onClose={close}
          title="Instructions"
          actions={<button type="button" className="mephisto-button mephisto-button-primary" onClick={close}>Close</button>}
        >
          {children}
        </ModalDialog>
      </div>
    </>
  )
}
