import { useState } from 'react'
import { GIVE_BACK } from '../sdk/client/task-text.js'
import type { WhyReturned } from '../sdk/data-model/return-reason.js'
import { GiveBackReasons } from './give-back-reasons.js'
import { ModalDialog } from './modal-dialog.js'

/** Gives the unit to other people, after a question, with or without a reason: it does not come back to the same worker. */
export function GiveBackButton({ giveBack, isDisabled }: { giveBack: (why?: WhyReturned) => void; isDisabled: boolean }) {
  const [isAsking, setIsAsking] = useState(false)
  const [why, setWhy] = useState<WhyReturned>()
  const close = () => {
    setIsAsking(false)
    setWhy(undefined)
  }
  return (
    <>
      <button type="button" className="mephisto-button mephisto-button-quiet" disabled={isDisabled} onClick={() => { setIsAsking(true) }}>
        {GIVE_BACK.ask}
      </button>
      <ModalDialog
        isOpen={isAsking}
        onClose={close}
        title={GIVE_BACK.title}
        actions={(
          <>
            <button type="button" className="mephisto-button mephisto-button-primary" onClick={close}>{GIVE_BACK.close}</button>
            <button type="button" className="mephisto-button" onClick={() => { close(); giveBack(why) }}>{GIVE_BACK.confirm}</button>
          </>
        )}
      >
        <p>{GIVE_BACK.text}</p>
        <GiveBackReasons why={why} onChange={setWhy} />
      </ModalDialog>
    </>
  )
}
