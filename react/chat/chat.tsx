import type { ReactNode } from 'react'
import type { ChatBlueprint } from '../../sdk/blueprints/chat/define-chat.js'
import type { LivePage } from '../../sdk/client/live-page.js'
import type { WorkingTask } from '../../sdk/client/task-state.js'
import { LivePeople } from '../live/live-people.js'
import { WaitingRoom } from '../live/waiting-room.js'
import { TaskShell } from '../task-shell.js'
import { MessageBox } from './message-box.js'
import { MessageList } from './message-list.js'

/** Props of {@link Chat}. */
export interface ChatProps {
  /** A unit in hand of a chat. */
  readonly task: WorkingTask<ChatBlueprint>
  /** What they talk about, above the messages. @default nothing */
  readonly about?: ReactNode
  /** What to do, shown when asked for. @default the run's description */
  readonly instructions?: ReactNode
  /** What is handed in, shown when the chat is over: your form, or a button. */
  readonly children: ReactNode
}

/** The whole page of a chat: the waiting room, who is there, the messages, what one writes, and at the end what is handed in. */
export function Chat({ task, about, instructions, children }: ChatProps) {
  const { live } = task
  if (live.phase === 'lobby') return <WaitingRoom task={task} />
  return (
    <TaskShell task={task} instructions={instructions ?? task.run.description}>
      {about}
      <LivePeople task={task} programs={live.state?.bot ? [live.state.bot.name] : []} />
      <MessageList live={live} />
      {live.phase === 'live' ? <Writing live={live} /> : children}
    </TaskShell>
  )
}

type GoingChat = Extract<LivePage<ChatBlueprint>, { readonly phase: 'live' }>

function Writing({ live }: { readonly live: GoingChat }) {
  const { state: { turn, done, written, leastMessages }, you } = live
  const seat = you?.seat ?? -1
  const isThrough = done.includes(seat)
  const missing = Math.max(0, leastMessages - (written[String(seat)] ?? 0))
  const isYourTurn = turn === null || turn === seat
  if (isThrough) return <p className="mephisto-notice" role="status">You are through. The chat is over when everybody is.</p>
  return (
    <>
      <p role="status" className="mephisto-muted mephisto-chat-status">{statusText(live)}</p>
      <MessageBox canSend={isYourTurn} send={text => live.act('say', { text })} onTyping={isTyping => { live.signal('typing', { isTyping }) }} />
      <div className="mephisto-actions">
        <button type="button" className="mephisto-button" disabled={missing > 0} onClick={() => { live.act('done', {}).catch(() => undefined) }}>Finish the chat</button>
        {missing > 0 && <span className="mephisto-muted">after {missing} more {missing === 1 ? 'message' : 'messages'}</span>}
      </div>
    </>
  )
}

/** Whose turn it is, and who writes. */
function statusText({ state: { turn, typing, bot }, you, people, signals }: GoingChat): string {
  const nameAt = (place: number): string => [...people, ...(bot ? [bot] : [])].find(({ seat }) => seat === place)?.name ?? 'Somebody'
  const writing = [...typing.map(nameAt), ...people.filter(({ agentId }) => signals.some(({ from, value }) => from === agentId && value.isTyping)).map(({ name }) => name)]
  const turnText = turn === null ? '' : turn === you?.seat ? 'It is your turn.' : `It is the turn of ${nameAt(turn)}.`
  return [turnText, writing.length === 0 ? '' : `${writing.join(', ')} ${writing.length === 1 ? 'is' : 'are'} writing…`].filter(text => text !== '').join(' ')
}
