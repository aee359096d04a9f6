import { useState } from 'react'
import { ModalDialog } from './modal-dialog.js'

/** Gives the unit to other people, after a question: it does not come back to the same worker. */
export function GiveBackButton({ giveBack, isDisabled }: { giveBack: () => void; isDisabled: boolean }) {
  const [isAsking, setIsAsking] = useState(false)
  const ask = () => { setIsAsking(true) }
  const close = () => { setIsAsking(false) }
  return (
    <>
      <button type="button" className="mephisto-button mephisto-button-quiet" disabled={isDisabled} onClick={ask}>
        Give back
      </button>
      <ModalDialog
        isOpen={isAsking}
        onClose={close}
        title="Give this item back?"
        actions={(
          <>
            <button type="button" className="mephisto-button mephisto-button-primary" onClick={close}>Keep working on it</button>
            <button type="button" className="mephisto-button" onClick={() => { close(); giveBack() }}>Give it back</button>
          </>
        )}
      >
        <p>Somebody else will do it. You will not be offered this item again, and what you typed here will be dropped.</p>
      </ModalDialog>
    </>
  )
}
