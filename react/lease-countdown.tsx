import { useEffect, useState } from 'react'
import { countdownText, leaseWarning } from '../sdk/client/duration-text.js'
import type { TaskLease } from '../sdk/client/task-state.js'
import { LEASE } from '../sdk/client/task-text.js'

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
  const warning = leaseWarning(left)

  async function askForMore(): Promise<void> {
    setReply('')
    await onMoreTime()
    setReply(LEASE.reply(lease.remainingMs()))
  }

  return (
    <div className={warning === null ? 'mephisto-lease' : 'mephisto-lease mephisto-lease-short'}>
      <span role="timer" aria-label={LEASE.label} className="mephisto-lease-time">{countdownText(left)}</span>
      <button type="button" className="mephisto-button mephisto-button-quiet" onClick={() => void askForMore()}>
        {LEASE.more}
      </button>
      <span role="status" className="mephisto-lease-note">{warning ?? reply}</span>
    </div>
  )
}
