import type { AgentStatus, UnitStatus } from '../sdk/data-model/lifecycle.js'
import type { TaskRun } from '../sdk/index.js'
import type { CallRow } from '../sdk/ports/outbox-operations.js'
import type { PacketView } from '../sdk/protocol/packet-views.js'
import { allPackets, type Debater, type LiveStage } from './live-stage.js'

/** How the attempt of somebody is. */
export async function attemptOf({ db }: LiveStage, { agentId }: Pick<Debater, 'agentId'>): Promise<AgentStatus | undefined> {
  return (await db.agents.get(agentId))?.status
}

/** How the units of a run are, by their ranks. */
export async function unitsOf({ db }: LiveStage, run: TaskRun): Promise<readonly UnitStatus[]> {
  const { rows } = await db.units.find({ filter: { runId: run.id }, limit: 1_000 })
  return rows.toSorted((a, b) => a.rank - b.rank).map(({ status }) => status)
}

/** The item that somebody is at. */
export async function itemOf({ db }: LiveStage, { agentId }: Pick<Debater, 'agentId'>): Promise<string> {
  return (await db.agents.get(agentId))?.assignmentId ?? ''
}

/** Calls of the outbox that ask for something in debates, and are not done. */
export async function openCalls({ db }: LiveStage, what: 'look' | 'again' | 'timer' | 'effect'): Promise<readonly CallRow[]> {
  const { rows } = await db.outbox.find({ filter: { topic: what === 'effect' ? 'effect.debate' : 'live.debate', statuses: ['pending', 'failed'] } })
  return rows.filter(({ body }) => body.startsWith(`{"${what}":`))
}

/** What was said to somebody in packets of a kind, in order. */
export async function bodiesOf(debater: Debater, kind: PacketView['kind']): Promise<readonly unknown[]> {
  return (await allPackets(debater)).filter(packet => packet.kind === kind).map(({ body }) => body)
}

/** When the lease of somebody ends, epoch ms; 0 for none. */
export async function leaseOf({ db }: LiveStage, { agentId }: Pick<Debater, 'agentId'>): Promise<number> {
  const [attempt] = await db.units.attempts([agentId])
  return attempt?.unit.agentId === agentId ? attempt.unit.leaseUntil ?? 0 : 0
}
