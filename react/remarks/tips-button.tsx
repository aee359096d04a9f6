import { useId, useState } from 'react'
import type { TipView } from '../../sdk/protocol/remark-views.js'
import { ModalDialog } from '../modal-dialog.js'
import { readTips, type RemarkingTask } from './leave-remark.js'
import { useRemark } from './use-remark.js'

/** Props of {@link TipsButton}. */
export interface TipsButtonProps {
  readonly task: RemarkingTask
  /** Whether workers can suggest tips of their own. @default true */
  readonly canSuggest?: boolean
}

/** What others at this task advise, and a tip of one's own: the team reads it before others do. */
export function TipsButton({ task, canSuggest = true }: TipsButtonProps) {
  const [isOpen, setIsOpen] = useState(false)
  const [tips, setTips] = useState<readonly TipView[] | string | null>(null)
  const [text, setText] = useState('')
  const form = useRemark(task)
  const formId = useId()
  const open = (): void => {
    setIsOpen(true)
    readTips(task).then(setTips, (error: unknown) => { setTips(error instanceof Error ? error.message : 'They could not be read.') })
  }
  const close = (): void => {
    setIsOpen(false)
    if (form.status !== 'sent') return
    setText('')
    form.reset()
  }
  return (
    <>
      <button type="button" className="mephisto-button mephisto-button-quiet" onClick={open}>Tips</button>
      <ModalDialog isOpen={isOpen} onClose={close} title="Tips" actions={<button type="button" className="mephisto-button mephisto-button-primary" onClick={close}>Close</button>}>
        {tips === null && <p role="status">Loading…</p>}
        {typeof tips === 'string' && <p role="alert" className="mephisto-problem">{tips}</p>}
        {Array.isArray(tips) && tips.length === 0 && <p>There are no tips yet.</p>}
        {Array.isArray(tips) && tips.length > 0 && (
          <ul className="mephisto-tips">
            {(tips as readonly TipView[]).map(tip => <li key={tip.id}>{tip.title !== null && <strong>{tip.title}</strong>}<p>{tip.text}</p></li>)}
          </ul>
        )}
        {canSuggest && (form.status === 'sent' ? <p role="status">Thank you. Others see your tip once the team has approved it.</p> : (
          <form id={formId} className="mephisto-remark-form" onSubmit={event => { event.preventDefault(); form.send({ kind: 'tip', text }) }}>
            <label>A tip of yours for others
              <textarea rows={3} maxLength={2000} required value={text} onChange={event => { setText(event.target.value) }} />
            </label>
            <p role="alert" className="mephisto-problem">{form.problem}</p>
            <button type="submit" className="mephisto-button" disabled={text.trim() === '' || form.status === 'sending'}>Suggest it</button>
          </form>
        ))}
      </ModalDialog>
    </>
  )
}
