import { onTarget, tableOf } from './scenarios/promise-target.js'
import type { Target } from './scenarios/promise-open.js'

// Reads what is stored of tallies by itself, without the code under test.

/** An action that its page was told is stored. */
export interface ToldAction {
  readonly agentId: string
  readonly callId: string
  readonly number: number
}

/** A session as it is stored. */
export interface StoredTally {
  readonly id: string
  readonly phase: string
  readonly people: readonly { readonly seat: number; readonly agentId: string; readonly workerId: string; readonly status: string }[]
  readonly counts: Readonly<Record<string, number>>
  readonly packets: readonly StoredPacket[]
}

interface StoredPacket {
  readonly number: number
  readonly kind: string
  readonly name: string
  readonly senderId: string
  readonly clientId: string
  readonly recipientId: string | null
  readonly body: unknown
}

/** The tallies of a run. */
export function storedTallies(target: Target, { id: runId }: { readonly id: string }): Promise<readonly StoredTally[]> {
  return onTarget(target, async query => {
    const sessions = await query(`SELECT id, state FROM ${tableOf(target, 'session')} WHERE run_id = '${runId}' AND state IS NOT NULL ORDER BY id`)
    const rows = await query(`SELECT * FROM ${tableOf(target, 'packet')} WHERE run_id = '${runId}'`)
    return sessions.map((session): StoredTally => {
      const { phase, people, state } = JSON.parse(String(session['state'])) as Pick<StoredTally, 'phase' | 'people'> & { readonly state: Pick<StoredTally, 'counts'> | null }
      return { id: String(session['id']), phase, people, counts: state?.counts ?? {}, packets: rows.filter(row => row['session_id'] === session['id']).map(storedPacket).sort((one, other) => one.number - other.number) }
    })
  })
}

function storedPacket(row: Readonly<Record<string, unknown>>): StoredPacket {
  const recipient = row['recipient_id']
  return {
    number: Number(row['number']), kind: String(row['kind']), name: String(row['name']), senderId: String(row['sender_id']), clientId: String(row['client_id']),
    recipientId: typeof recipient === 'string' ? recipient : null, body: JSON.parse(String(row['body'])) as unknown,
  }
}

/** What is wrong with a tally: whether it counts each thing that is stored once, and tells of it once, in order. */
export function wrongIn({ packets, counts, phase, people }: StoredTally, told: readonly ToldAction[] = []): readonly string[] {
  const wrong: string[] = []
  packets.forEach(({ number }, index) => { if (number !== index + 1) wrong.push(`packet ${String(index + 1)} has number ${String(number)}`) })
  const happened = packets.filter(({ kind }) => kind === 'action' || kind === 'event')
  const keys = happened.map(({ senderId, clientId }) => `${senderId}/${clientId}`)
  if (new Set(keys).size < keys.length) wrong.push('something is stored twice')
  const stored = new Map<string, number>()
  // That an effect is asked for follows from something that happened.
  for (const { name } of happened.filter(({ name }) => name !== 'effect')) stored.set(name, (stored.get(name) ?? 0) + 1)
  for (const what of new Set([...stored.keys(), ...Object.keys(counts)])) {
    if (stored.get(what) !== counts[what]) wrong.push(`${what} is stored ${String(stored.get(what) ?? 0)} times, and counted ${String(counts[what] ?? 0)} times`)
  }
  for (const [index, { name }] of happened.entries()) {
    const said = happened.slice(0, index).filter(one => one.name === 'say').length
    if (name === 'even' && said % 2 === 1) wrong.push(`even was done after ${String(said)} things were said`)
  }
  const seen = new Map<string, number>()
  for (const { what, nth } of packets.filter(({ kind }) => kind === 'message').map(({ body }) => body as { what: string; nth: number })) {
    if (nth !== (seen.get(what) ?? 0) + 1) wrong.push(`${what} number ${String(nth)} is told after number ${String(seen.get(what) ?? 0)}`)
    seen.set(what, nth)
  }
  for (const [what, count] of Object.entries(counts)) if (seen.get(what) !== count) wrong.push(`${what} is counted ${String(count)} times, and told ${String(seen.get(what) ?? 0)} times`)
  const last = packets.findLast(({ kind }) => kind === 'state')?.body as { readonly phase: string; readonly state: { readonly counts: object } | null; readonly people: readonly { readonly agentId: string; readonly status: string }[] } | undefined
  const [shown, own] = [[last?.phase, last?.state?.counts ?? {}, last?.people.map(({ agentId, status }) => [agentId, status])], [phase, counts, people.map(({ agentId, status }) => [agentId, status])]].map(one => JSON.stringify(one))
  if (packets.length > 0 && shown !== own) wrong.push(`it stands as ${String(own)}, and pages were told last: ${String(shown)}`)
  for (const { agentId, callId, number } of told) {
    const packet = happened.find(one => one.senderId === agentId && one.clientId === callId)
    if (packet?.number !== number) wrong.push(`${callId} of ${agentId} was told to be number ${String(number)}, and is ${String(packet?.number)}`)
  }
  return wrong
}
