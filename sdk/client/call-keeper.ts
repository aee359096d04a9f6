import type { AnyBlueprint, ProcedureName } from '../blueprints/blueprint.js'
import type { FailureBody, PacketView } from '../protocol/packet-views.js'
import { attemptPackets } from './attempt-packets.js'
import { RefusedCall } from './call-errors.js'
import { newId } from './new-id.js'
import type { RemoteSide } from './session-context.js'
import type { RemoteCall } from './task-state.js'

type AnyCall = RemoteCall<AnyBlueprint>

/** Calls of remote procedures while a unit is in hand: those of this page, and those that were made before it was loaded again. */
export const keepCalls: RemoteSide = (context, scene, { unit, onChange }) => {
  const attempt = attemptPackets(context, scene, unit)
  const waiting = new Map<string, { resolve(output: unknown): void; reject(error: Error): void }>()
  let calls: readonly AnyCall[] = []

  function note(call: AnyCall): void {
    calls = calls.some(({ id }) => id === call.id) ? calls.map(one => (one.id === call.id ? call : one)) : [...calls, call]
    onChange()
  }

  function fail({ id, name, input }: AnyCall, error: Error): void {
    note({ id, name, input, status: 'failed', message: error.message })
    waiting.get(id)?.reject(error)
    waiting.delete(id)
  }

  function onPacket({ kind, name, callId: id, body }: PacketView): void {
    const known = calls.find(call => call.id === id)
    if (kind === 'call') {
      if (!known) note({ id, name, input: body, status: 'pending' })
    } else if (known && kind === 'failure') {
      const { code, message } = body as FailureBody
      fail(known, new RefusedCall(code as RefusedCall['code'], message, []))
    } else if (known) {
      note({ id, name: known.name, input: known.input, status: 'done', output: body })
      waiting.get(id)?.resolve(body)
      waiting.delete(id)
    }
  }

  async function call(name: ProcedureName<AnyBlueprint>, input: unknown): Promise<unknown> {
    const id = newId()
    const answer = new Promise<unknown>((resolve, reject) => { waiting.set(id, { resolve, reject }) })
    const pending = { id, name, input, status: 'pending' as const }
    note(pending)
    attempt.send({ callId: id, name, input }).catch((error: unknown) => { fail(pending, error as RefusedCall) })
    return answer
  }

  attempt.follow({ onPacket })
  return () => ({ call, calls })
}
