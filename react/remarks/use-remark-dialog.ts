import { useState } from 'react'
import type { RemarkingTask } from '../../sdk/client/leave-remark.js'
import { useRemark, type RemarkForm } from './use-remark.js'

/** A dialog in which a text is written and sent. */
export interface RemarkDialog extends Omit<RemarkForm, 'reset'> {
  readonly isOpen: boolean
  readonly text: string
  /** There is something to send, and it is not on its way. */
  readonly canSend: boolean
  setText(text: string): void
  open(): void
  /** What was sent is gone when it opens again; what was not is still there. */
  close(): void
}

/** Keeps what is written in a dialog. */
export function useRemarkDialog(task: RemarkingTask): RemarkDialog {
  const [isOpen, setIsOpen] = useState(false)
  const [text, setText] = useState('')
  const { reset, ...form } = useRemark(task)
  return {
    ...form, isOpen, text, setText, canSend: text.trim() !== '' && form.status === 'open',
    open() { setIsOpen(true) },
    close() {
      setIsOpen(false)
      if (form.status !== 'sent') return
      setText('')
      reset()
    },
  }
}
