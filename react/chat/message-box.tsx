import { useId, useRef, useState, type KeyboardEvent } from 'react'
import { LONGEST_MESSAGE } from '../../sdk/blueprints/chat/define-chat.js'

/** What {@link MessageBox} needs. */
export interface MessageBoxProps {
  /** Whether what is written can be sent now; one can write all the same. */
  readonly canSend: boolean
  /** Rejects with words for the worker. */
  readonly send: (text: string) => Promise<void>
  /** Called with true again and again while one writes, and with false when there is nothing in it any more. */
  readonly onTyping: (isTyping: boolean) => void
}

/** How often it is said that one writes, ms. */
const SAY_MS = 2_000

/** Where one writes: Enter sends, Shift and Enter begins a line. What is refused comes back into it. */
export function MessageBox({ canSend, send, onTyping }: MessageBoxProps) {
  const [boxId, hintId] = [useId(), useId()]
  const [text, setText] = useState('')
  const [refusal, setRefusal] = useState<string | null>(null)
  const saidAt = useRef<number | null>(null)
  const isReady = canSend && text.trim() !== ''

  function write(written: string): void {
    setText(written)
    const [isTyping, now, last] = [written.trim() !== '', performance.now(), saidAt.current]
    if (isTyping ? last !== null && now - last < SAY_MS : last === null) return
    saidAt.current = isTyping ? now : null
    onTyping(isTyping)
  }

  function submit(): void {
    if (!isReady) return
    const sent = text
    write('')
    setRefusal(null)
    send(sent).catch((error: unknown) => {
      setRefusal(error instanceof Error ? error.message : 'This could not be sent.')
      setText(current => (current === '' ? sent : current))
    })
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    submit()
  }

  return (
    <form className="mephisto-message-box" onSubmit={event => { event.preventDefault(); submit() }}>
      <label htmlFor={boxId}>Your message</label>
      <textarea id={boxId} rows={2} maxLength={LONGEST_MESSAGE} value={text} aria-describedby={hintId} onChange={event => { write(event.target.value) }} onKeyDown={onKeyDown} />
      <button type="submit" className="mephisto-button mephisto-button-primary" disabled={!isReady}>Send</button>
      <p id={hintId} className="mephisto-muted">Enter sends, Shift and Enter begins a new line.</p>
      {refusal !== null && <p role="alert" className="mephisto-notice mephisto-notice-bad">{refusal}</p>}
    </form>
  )
}
