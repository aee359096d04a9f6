import { useState } from 'react'
import { GIVE_BACK } from '../sdk/client/task-text.js'
import { ModalDialog } from './modal-dialog.js'

/** Gives the unit to other people, after a question: it does not come back to the same worker. */
export function GiveBackButton({ giveBack, isDisabled }: { giveBack: () => void; isDisabled: boolean }) {
  const [isAsking, setIsAsking] = useState(false)
  const ask = () => { setIsAsking(true) }
  const close = () => { setIsAsking(false) }
  return (
    <>
      <button type="button" className="mephisto-button mephisto-button-quiet" disabled={isDisabled} onClick={ask}>
        {GIVE_BACK.ask}
      </button>
      <ModalDialog
        isOpen={isAsking}
        onClose={close}
        title={GIVE_BACK.title}
        actions={(
          <>
            <button type="button" className="mephisto-button mephisto-button-primary" onClick={close}>{GIVE_BACK.keep}</button>
            <button type="button" className="mephisto-button" onClick={() => { close(); giveBack() }}>{GIVE_BACK.confirm}</button>
          </>
        )}
      >
        <p>{GIVE_BACK.text}</p>
      </ModalDialog>
    </>
  )
}
