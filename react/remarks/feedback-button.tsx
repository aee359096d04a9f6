import { useId, useState } from 'react'
import { FEEDBACK_TOPICS, type FeedbackTopic } from '../../sdk/data-model/remark.js'
import { ModalDialog } from '../modal-dialog.js'
import type { RemarkingTask } from './leave-remark.js'
import { useRemarkDialog } from './use-remark-dialog.js'

const TOPICS = { item: 'This item', instructions: 'The instructions', page: 'This page', pay: 'The pay', other: 'Something else' } as const satisfies Record<FeedbackTopic, string>

/** Props of {@link FeedbackButton}. */
export interface FeedbackButtonProps {
  readonly task: RemarkingTask
  /** What the button says. @default 'Report a problem' */
  readonly label?: string
}

/** Tells the team that something is wrong, or whatever else, without ending the work: what it is about, and a text. */
export function FeedbackButton({ task, label = 'Report a problem' }: FeedbackButtonProps) {
  const [about, setAbout] = useState<FeedbackTopic>('item')
  const { isOpen, open, close, status, text, setText, canSend, problem, send } = useRemarkDialog(task)
  const formId = useId()
  return (
    <>
      <button type="button" className="mephisto-button mephisto-button-quiet" onClick={open}>{label}</button>
      <ModalDialog
        isOpen={isOpen} onClose={close} title={label}
        actions={status === 'sent'
          ? <button type="button" className="mephisto-button mephisto-button-primary" onClick={close}>Close</button>
          : (
              <>
                <button type="submit" form={formId} className="mephisto-button mephisto-button-primary" disabled={!canSend}>Send</button>
                <button type="button" className="mephisto-button" onClick={close}>Cancel</button>
              </>
            )}
      >
        {status === 'sent' ? <p role="status">Thank you. The team can read it now; you can go on with your work.</p> : (
          <form id={formId} className="mephisto-remark-form" onSubmit={event => { event.preventDefault(); send({ kind: 'feedback', about, text }) }}>
            <label>What is it about?
              <select value={about} onChange={event => { setAbout(event.target.value as FeedbackTopic) }}>
                {FEEDBACK_TOPICS.map(topic => <option key={topic} value={topic}>{TOPICS[topic]}</option>)}
              </select>
            </label>
            <label>What should the team know?
              <textarea rows={4} maxLength={4000} required value={text} onChange={event => { setText(event.target.value) }} />
            </label>
            <p role="alert" className="mephisto-problem">{problem}</p>
          </form>
        )}
      </ModalDialog>
    </>
  )
}
