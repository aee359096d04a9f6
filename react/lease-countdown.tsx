import { useEffect, useState } from 'react'
import type { TaskLease } from '../sdk/client/task-state.js'
import { countdownText, durationText } from './duration-text.js'

/** Below this the countdown warns, ms. */
const WARN_MS = 60_000

/** Props of {@link LeaseCountdown}. */
export interface LeaseCountdownProps {
  readonly lease: TaskLease
  /** Asks for more time; resolves when there is an answer. */
  readonly onMoreTime: () => Promise<void>
}

function useRemaining(remainingMs: () => number): number {
  const [left, setLeft] = useState(remainingMs)
  useEffect(() => {
    const look = () => { setLeft(remainingMs()) }
    look()
    const timer = setInterval(look, 500)
    return () => { clearInterval(timer) }
  }, [remainingMs])
  return left
}

/** The time left for the unit in hand: quiet, until less than a minute is left. Said aloud once then, not every second. */
export function LeaseCountdown({ lease, onMoreTime }: LeaseCountdownProps) {
  const left = useRemaining(lease.remainingMs)
  const [reply, setReply] = useState('')
  const isShort = left < WARN_MS

  async function askForMore(): Promise<void> {
    setReply('')
    await onMoreTime()
    setReply(`You have ${durationText(lease.remainingMs())}.`)
  }

  const warning = left === 0 ? 'Your time is over. Checking whether this item is still yours…' : 'Less than a minute left.'
  return (
    <div className={isShort ? 'mephisto-lease mephisto-lease-short' : 'mephisto-lease'}>
      <span role="timer" aria-label="Time left" className="mephisto-lease-time">{countdownText(left)}</span>
      <button type="button" className="mephisto-button mephisto-button-quiet" onClick={() => void askForMore()}>
        I need more time
      </button>
      <span role="status" className="mephisto-lease-note">{isShort ? warning : reply}</span>
    </div>
  )
}
