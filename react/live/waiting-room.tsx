import { useEffect, useId, useRef, useState } from 'react'
import type { AnyBlueprint } from '../../sdk/blueprints/blueprint.js'
import { WAITING_ROOM } from '../../sdk/client/live-text.js'
import type { WorkingTask } from '../../sdk/client/task-state.js'
import { ConnectionBanner } from '../connection-banner.js'
import { PeopleList } from './people-list.js'

/** Props of {@link WaitingRoom}. */
export interface WaitingRoomProps {
  /** A unit in hand whose `live.phase` is `lobby`. */
  readonly task: WorkingTask<AnyBlueprint>
}

/** The whole page while people wait for each other: how many have come, for how long one has waited, and a way out. */
export function WaitingRoom({ task: { live, run, connection, isSubmitting, giveBack } }: WaitingRoomProps) {
  const titleId = useId()
  const content = useRef<HTMLElement>(null)
  useEffect(() => { content.current?.focus({ preventScroll: true }) }, [])
  const { people = [], seats = 0 } = live ?? {}
  const isKnown = people.length > 0
  return (
    <div className="mephisto-root mephisto-task">
      <ConnectionBanner connection={connection} isSending={false} />
      <main ref={content} tabIndex={-1} className="mephisto-card mephisto-content" aria-labelledby={titleId}>
        <h1 id={titleId} className="mephisto-title">{WAITING_ROOM.title(people)}</h1>
        <p role="status">{isKnown && WAITING_ROOM.count(people, seats)}</p>
        {live && <PeopleList live={live} />}
        {isKnown && <Waited />}
        {isKnown && <p className="mephisto-muted">{WAITING_ROOM.hint(run.live)}</p>}
        <div className="mephisto-actions">
          <button type="button" className="mephisto-button" disabled={isSubmitting} onClick={() => { giveBack() }}>{WAITING_ROOM.stop}</button>
        </div>
      </main>
    </div>
  )
}

/** Time since it was first shown. It stands in no live region: nobody wants to hear every second. */
function Waited() {
  const [since] = useState(() => performance.now())
  const [seconds, setSeconds] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => { setSeconds(Math.floor((performance.now() - since) / 1000)) }, 1_000)
    return () => { clearInterval(timer) }
  }, [since])
  return <p>{WAITING_ROOM.waited(seconds)}</p>
}
