import { useState } from 'react'
import { readTips, type RemarkingTask } from '../../sdk/client/leave-remark.js'
import { LONGEST_REMARK } from '../../sdk/data-model/remark.js'
import type { TipView } from '../../sdk/protocol/remark-views.js'
import { ModalDialog } from '../modal-dialog.js'
import { useRemarkDialog } from './use-remark-dialog.js'

/** Props of {@link TipsButton}. */
export interface TipsButtonProps {
  readonly task: RemarkingTask
  /** Whether workers can suggest tips of their own. @default true */
  readonly canSuggest?: boolean
}

/** What others at this task advise, and a tip of one's own: the team reads it before others do. */
export function TipsButton({ task, canSuggest = true }: TipsButtonProps) {
  const [tips, setTips] = useState<readonly TipView[] | null>(null)
  const [trouble, setTrouble] = useState<string | null>(null)
  const { isOpen, open, close, status, text, setText, canSend, problem, send } = useRemarkDialog(task)
  const show = (): void => {
    open()
    setTrouble(null)
    readTips(task).then(setTips, (error: unknown) => { setTrouble(error instanceof Error ? error.message : 'They could not be read.') })
  }
  return (
    <>
      <button type="button" className="mephisto-button mephisto-button-quiet" onClick={show}>Tips</button>
      <ModalDialog isOpen={isOpen} onClose={close} title="Tips" actions={<button type="button" className="mephisto-button mephisto-button-primary" onClick={close}>Close</button>}>
        {trouble !== null && <p role="alert" className="mephisto-problem">{trouble}</p>}
        {tips === null && trouble === null && <p role="status">Loading…</p>}
        {tips?.length === 0 && <p>There are no tips yet.</p>}
        {tips !== null && tips.length > 0 && (
          <ul className="mephisto-tips">{tips.map(tip => <li key={tip.id}>{tip.title !== null && <strong>{tip.title}</strong>}<p>{tip.text}</p></li>)}</ul>
        )}
        {canSuggest && (status === 'sent' ? <p role="status">Thank you. Others see your tip once the team has approved it.</p> : (
          <form className="mephisto-remark-form" onSubmit={event => { event.preventDefault(); send({ kind: 'tip', text }) }}>
            <label>A tip of yours for others
              <textarea className="mephisto-control" rows={3} maxLength={LONGEST_REMARK.tip} required value={text} onChange={event => { setText(event.target.value) }} />
            </label>
            <p role="alert" className="mephisto-problem">{problem}</p>
            <button type="submit" className="mephisto-button" disabled={!canSend}>Suggest it</button>
          </form>
        ))}
      </ModalDialog>
    </>
  )
}
