import { useId, useState } from 'react'
import type { RemarkingTask } from '../../sdk/client/leave-remark.js'
import { FEEDBACK } from '../../sdk/client/remark-text.js'
import { LONGEST_REMARK, type FeedbackTopic } from '../../sdk/data-model/remark.js'
import { ModalDialog } from '../modal-dialog.js'
import { useRemarkDialog } from './use-remark-dialog.js'

/** Props of {@link FeedbackButton}. */
export interface FeedbackButtonProps {
  readonly task: RemarkingTask
  /** What the button says. @default 'Report a problem' */
  readonly label?: string
}

/** Tells the team that something is wrong, or whatever else, without ending the work: what it is about, and a text. */
export function FeedbackButton({ task, label = FEEDBACK.open }: FeedbackButtonProps) {
  const [about, setAbout] = useState<FeedbackTopic>('item')
  const { isOpen, open, close, status, text, setText, canSend, problem, send } = useRemarkDialog(task)
  const formId = useId()
  return (
    <>
      <button type="button" className="mephisto-button mephisto-button-quiet" onClick={open}>{label}</button>
      <ModalDialog
        isOpen={isOpen} onClose={close} title={label}
        actions={status === 'sent'
          ? <button type="button" className="mephisto-button mephisto-button-primary" onClick={close}>{FEEDBACK.close}</button>
          : (
              <>
                <button type="submit" form={formId} className="mephisto-button mephisto-button-primary" disabled={!canSend}>{FEEDBACK.send}</button>
                <button type="button" className="mephisto-button" onClick={close}>{FEEDBACK.cancel}</button>
              </>
            )}
      >
        {status === 'sent' ? <p role="status">{FEEDBACK.thanks}</p> : (
          <form id={formId} className="mephisto-remark-form" onSubmit={event => { event.preventDefault(); send({ kind: 'feedback', about, text }) }}>
            <label>{FEEDBACK.about}
              <select className="mephisto-control" value={about} onChange={event => { setAbout(event.target.value as FeedbackTopic) }}>
                {FEEDBACK.topics.map(([topic, name]) => <option key={topic} value={topic}>{name}</option>)}
              </select>
            </label>
            <label>{FEEDBACK.text}
              <textarea className="mephisto-control" rows={4} maxLength={LONGEST_REMARK.feedback} required value={text} onChange={event => { setText(event.target.value) }} />
            </label>
            <p role="alert" className="mephisto-problem">{problem}</p>
          </form>
        )}
      </ModalDialog>
    </>
  )
}
