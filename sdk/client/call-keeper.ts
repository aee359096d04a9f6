import type { AnyBlueprint } from '../blueprints/blueprint.js'
import type { CallRequest, FailureBody, PacketView } from '../protocol/packet-views.js'
import { attemptPackets } from './attempt-packets.js'
import { RefusedCall } from './call-errors.js'
import type { RemoteSide } from './session-context.js'
import type { RemoteCall } from './task-state.js'

type AnyCall = RemoteCall<AnyBlueprint>

/** Calls of remote procedures while a unit is in hand: those of this page, and those that were made before it was loaded again. */
export const keepCalls: RemoteSide = (context, scene, { unit, onChange }) => {
  const attempt = attemptPackets(context, scene, unit)
  const waiting = new Map<string, { resolve(output: unknown): void; reject(error: Error): void }>()
  const placed = new Set<string>()
  let calls: readonly AnyCall[] = []

  function note(call: AnyCall): void {
    calls = calls.some(({ id }) => id === call.id) ? calls.map(one => (one.id === call.id ? call : one)) : [...calls, call]
    onChange()
  }

  /** In the order of the server, before those that are still on their way to it. */
  function place(call: AnyCall): void {
    if (!placed.has(call.id)) {
      const rest = calls.filter(({ id }) => id !== call.id)
      calls = [...rest.slice(0, placed.size), call, ...rest.slice(placed.size)]
      placed.add(call.id)
    }
    note(call)
  }

  function fail({ id, name, input }: AnyCall, error: Error): void {
    // Its answer is here: the server has it, whatever it says to a repeat.
    if (calls.some(one => one.id === id && one.status !== 'pending')) return
    place({ id, name, input, status: 'failed', message: error.message })
    waiting.get(id)?.reject(error)
    waiting.delete(id)
  }

  function onPacket({ kind, name, callId: id, body }: PacketView): void {
    const known = calls.find(call => call.id === id)
    if (kind === 'call') {
      place(known ?? { id, name, input: body, status: 'pending' })
    } else if (known && kind === 'failure') {
      const { code, message } = body as FailureBody
      fail(known, new RefusedCall(code as RefusedCall['code'], message, []))
    } else if (known) {
      note({ id, name: known.name, input: known.input, status: 'done', output: body })
      waiting.get(id)?.resolve(body)
      waiting.delete(id)
    }
  }

  function made({ callId: id, name, input }: CallRequest, sent: Promise<void>): void {
    const pending = { id, name, input, status: 'pending' as const }
    if (!calls.some(one => one.id === id)) note(pending)
    sent.catch((error: unknown) => { fail(pending, error as RefusedCall) })
  }

  async function make(request: CallRequest): Promise<unknown> {
    const answer = new Promise<unknown>((resolve, reject) => { waiting.set(request.callId, { resolve, reject }) })
    made(request, attempt.send(request))
    return answer
  }

  attempt.resend(made)
  attempt.follow({ onPacket })
  return () => ({ make, calls, unsent: attempt.unsent, discard: attempt.discard })
}
