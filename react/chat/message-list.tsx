import { useLayoutEffect, useRef } from 'react'
import type { ChatBlueprint } from '../../sdk/blueprints/chat/define-chat.js'
import type { LivePage } from '../../sdk/client/live-page.js'

/** How far from its end a list counts as read to the end, px. */
const NEAR_PX = 80

/** What was written, the latest last, and what is on its way. Stays at the end while one reads there. */
export function MessageList({ live: { packets, actions, you, phase } }: { readonly live: LivePage<ChatBlueprint> }) {
  const log = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(true)
  const under = actions.flatMap(action => (action.name === 'say' && action.status !== 'done' && phase === 'live' ? [action] : []))
  useLayoutEffect(() => {
    if (log.current && isAtEnd.current) log.current.scrollTop = log.current.scrollHeight
  }, [packets.length, under.length])
  return (
    <div
      ref={log} role="log" aria-label="Messages" tabIndex={0} className="mephisto-messages"
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => { isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_PX }}
    >
      <ol>
        {packets.length === 0 && under.length === 0 && <li className="mephisto-muted">Nothing has been written yet.</li>}
        {packets.map(({ number, at, body: { seat, name, text } }) => (
          <li key={number} className={seat !== null && seat === you?.seat ? 'mephisto-message mephisto-message-own' : 'mephisto-message'}>
            <span className="mephisto-message-from">{seat !== null && seat === you?.seat ? 'You' : name} <time dateTime={at}>{timeOf(at)}</time></span>
            <p>{text}</p>
          </li>
        ))}
        {under.map(action => (
          <li key={action.id} className="mephisto-message mephisto-message-own mephisto-message-under">
            <span className="mephisto-message-from">{action.status === 'refused' ? action.message : 'Sending…'}</span>
            <p>{action.input.text}</p>
          </li>
        ))}
      </ol>
    </div>
  )
}

function timeOf(at: string): string {
  return new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
}
