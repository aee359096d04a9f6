import type { AnyBlueprint } from '../blueprints/blueprint.js'
import { isErasureMark } from '../data-model/erasure.js'
import { formatMoney } from '../data-model/money.js'
import type { LiveView, ReleasedView } from '../protocol/live-views.js'
import type { CallRequest, PacketView } from '../protocol/packet-views.js'
import { attemptPackets } from './attempt-packets.js'
import type { LiveAction, ReceivedPacket } from './live-page.js'
import { keepSignals } from './live-signals.js'
import { newId } from './new-id.js'
import { showRefusal } from './opening.js'
import type { RemoteNow, RemoteSide } from './session-context.js'

/** What comes within so short a time is shown together, ms: a page that is loaded again is told all at once, thousands of packets perhaps. */
const TOGETHER_MS = 30
/** Before packets are asked for again that were refused though the unit is this worker's, ms. */
const REFUSED_PAUSE_MS = 5_000

const TOO_SOON = [{ path: '', rule: 'too_soon', message: 'You can hand this in when the work together is over.' }]

/** Live work while a unit is in hand: who is there, what they share, what this page was told and did, before it was loaded again too. */
export const keepLive: RemoteSide = (context, scene, { unit, lastReceipt, onChange, askIfOurs }) => {
  const { clock } = context
  const attempt = attemptPackets(context, scene, unit)
  const [settled, underWay] = [new Map<string, LiveAction<AnyBlueprint>>(), new Map<string, LiveAction<AnyBlueprint>>()]
  const fresh: ReceivedPacket<AnyBlueprint>[] = []
  let packets: readonly ReceivedPacket<AnyBlueprint>[] = []
  let view: LiveView = { phase: 'lobby', reason: null, seats: unit.run.live?.seats ?? 1, people: [], state: null }
  let cancelShowing: (() => void) | null = null
  let wasThere = false
  const signals = keepSignals({ clock, send: attempt.signal, onChange: showSoon })
  let now = current()

  /** The same object until something changes, so that a page need not look into it. */
  function current(): RemoteNow {
    const { phase, reason, seats, people, state } = view
    const you = people.find(({ agentId }) => agentId === unit.agentId) ?? null
    const live = { people, you, seats, packets, actions: [...settled.values(), ...underWay.values()], signals: signals.of(people), act, signal: signals.say }
    if (phase === 'over') return { discard: attempt.discard, live: { ...live, phase, reason: reason ?? 'done', state } }
    return { discard: attempt.discard, live: phase === 'live' ? { ...live, phase, state } : { ...live, phase, state: null }, tooSoon: TOO_SOON }
  }

  function showSoon(): void {
    cancelShowing ??= clock.after(TOGETHER_MS, show)
  }

  function show(): void {
    cancelShowing?.()
    cancelShowing = null
    if (scene.signal.aborted) return
    if (fresh.length > 0) packets = [...packets, ...fresh.splice(0)]
    now = current()
    onChange()
    const isThere = view.people.some(({ agentId, status }) => agentId === unit.agentId && status !== 'left')
    const wasDropped = wasThere && !isThere
    wasThere = isThere
    if (wasDropped) void askIfOurs()
  }

  function onPacket({ kind, number, name, callId: id, body, at }: PacketView): void {
    if (isErasureMark(body)) return
    if (kind === 'released') release(body as ReleasedView)
    else {
      if (kind === 'state') view = body as LiveView
      else if (kind === 'message') fresh.push({ number, name, body, at })
      else if (kind === 'action') settle({ id, name, input: body, status: 'done' })
      showSoon()
    }
  }

  function release({ message, pay }: ReleasedView): void {
    const told = pay === null ? message : `${message} You are paid ${formatMoney(pay)} for the time that you waited.`
    attempt.discard()
    showRefusal(context, { status: 'refused', reason: 'nobody_came', message: told, retryAfterMs: null, progress: unit.progress }, lastReceipt)
  }

  /** In the order of the server, before those that are still on their way to it. */
  function settle(action: LiveAction<AnyBlueprint>): void {
    underWay.delete(action.id)
    settled.set(action.id, action)
  }

  async function made({ callId: id, name, input }: CallRequest, sent: Promise<void>): Promise<void> {
    const action = { id, name, input }
    const note = (status: 'sending' | 'done'): void => {
      if (settled.has(id)) return
      underWay.set(id, { ...action, status })
      show()
    }
    note('sending')
    try {
      await sent
    } catch (error) {
      // It came back as a packet: the server has it, whatever it says to a repeat.
      if (settled.has(id)) return
      settle({ ...action, status: 'refused', message: (error as Error).message })
      show()
      throw error
    }
    note('done')
  }

  function act(name: string, input: unknown): Promise<void> {
    const request = { callId: newId(), name, input }
    return made(request, attempt.send(request))
  }

  attempt.resend((request, sent) => { made(request, sent).catch(() => undefined) })
  attempt.follow({
    onPacket, onSignal: signals.hear,
    // Whoever was away for long has been dropped out.
    onTrouble: isInTrouble => {
      context.link.onTrouble(isInTrouble)
      if (!isInTrouble && !scene.signal.aborted) void askIfOurs()
    },
    read: after => attempt.read(after).catch(async () => {
      await askIfOurs()
      await new Promise<void>(resolve => { clock.after(REFUSED_PAUSE_MS, resolve) })
      return []
    }),
  })
  scene.onEnd(() => { cancelShowing?.() })
  return () => now
}
