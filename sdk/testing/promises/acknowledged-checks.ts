import { isDeepStrictEqual } from 'node:util'
import { jsonAt, textAt, type PlainQuery, type PlainRow, type TableNamer } from './plain-rows.js'
import type { Report } from './violation.js'

/** A reply that a worker's page got to an answer. The same answer may be named several times: once for each reply. */
export interface AcknowledgedAnswer {
  readonly agentId: string
  readonly submissionId: string
  readonly outcome: string
  /** What was sent, when the stored answer must be equal to it: after its schema ran. */
  readonly answer?: unknown
  /** The whole reply, when each repeat must have got the same. */
  readonly reply?: unknown
}

/** A reply that a reviewer got to a decision or an undo. */
export interface AcknowledgedDecision {
  readonly decisionId: string
  readonly outcomes: readonly unknown[]
}

/** What clients were told. Whatever they heard must be in the database (promises P4 and P6). */
export interface Acknowledged {
  readonly answers?: readonly AcknowledgedAnswer[]
  readonly decisions?: readonly AcknowledgedDecision[]
}

/** Looks for everything that was acknowledged, and compares it. */
export async function checkAcknowledged(query: PlainQuery, t: TableNamer, { acknowledged: { answers = [], decisions = [] }, report }: { acknowledged: Acknowledged; report: Report }): Promise<void> {
  const stored = new Map<string, PlainRow[]>()
  for (const row of await query(`SELECT agent_id, client_id, outcome, answer, reply FROM ${t('submission')}`)) {
    const key = `${textAt(row, 'agent_id')} ${textAt(row, 'client_id')}`
    stored.set(key, [...stored.get(key) ?? [], row])
  }
  const erased = await erasedAgents(query, t)
  for (const { agentId, submissionId, outcome, answer, reply } of answers) {
    const name = `answer "${submissionId}" of agent ${agentId}`
    const [row, ...more] = stored.get(`${agentId} ${submissionId}`) ?? []
    // What stands in place of an erased answer is compared with the log, and the page's own id may be gone with it.
    const wasErased = erased.has(agentId)
    if (!row && wasErased) continue
    if (!row) report('P4', `${name} was acknowledged, and is not stored`)
    else if (more.length > 0) report('P6', `${name} is stored more than once`)
    else if (repliedFor(textAt(row, 'outcome')) !== outcome) report('P4', `${name} was acknowledged as ${outcome}, and is stored as ${textAt(row, 'outcome')}`)
    else if (wasErased) continue
    else if (answer !== undefined && !isDeepStrictEqual(jsonAt(row, 'answer'), answer)) report('P4', `${name} is stored as something else than was sent`)
    else if (reply !== undefined && !isDeepStrictEqual(jsonAt(row, 'reply'), reply)) report('P6', `${name} got another reply than the stored one`)
  }
  if (decisions.length > 0) await checkDecisions(query, t, { decisions, report })
}

/** What pages are told of an outcome: an onboarding that was handed in is done like any other work. */
function repliedFor(outcome: string): string {
  return outcome === 'onboarding' ? 'completed' : outcome
}

/** Agents whose answers were erased on purpose, as the logs say. */
async function erasedAgents(query: PlainQuery, t: TableNamer): Promise<ReadonlySet<string>> {
  const erasures = (await query(`SELECT stream_id, body FROM ${t('event')} WHERE type = 'erase'`)).map(row => ({ runId: textAt(row, 'stream_id'), ...jsonAt(row, 'body') as { readonly agents: readonly string[] | null } }))
  const runs = new Set(erasures.flatMap(({ agents, runId }) => (agents === null ? [runId] : [])))
  const ofRuns = runs.size === 0 ? [] : (await query(`SELECT id, run_id FROM ${t('agent')}`)).filter(row => runs.has(textAt(row, 'run_id')))
  return new Set([...erasures.flatMap(({ agents }) => agents ?? []), ...ofRuns.map(row => textAt(row, 'id'))])
}

async function checkDecisions(query: PlainQuery, t: TableNamer, { decisions, report }: { decisions: readonly AcknowledgedDecision[]; report: Report }): Promise<void> {
  const audit = new Map((await query(`SELECT id, body FROM ${t('audit')} WHERE subject = 'decision'`)).map(row => [textAt(row, 'id'), jsonAt(row, 'body')]))
  for (const { decisionId, outcomes } of decisions) {
    const body = audit.get(decisionId) as { readonly outcomes?: unknown } | null | undefined
    if (!body) report('P4', `decision "${decisionId}" was acknowledged, and is not stored`)
    else if (!isDeepStrictEqual(body.outcomes, outcomes)) report('P6', `decision "${decisionId}" got another reply than the stored one`)
  }
}

/** Each stored reply to a decision says what was decided or judged under its id, no more and no less (promise P6). */
export async function checkDecisionReplies(query: PlainQuery, t: TableNamer, report: Report): Promise<void> {
  const decided = new Map<string, Set<string>>()
  for (const row of await query(`SELECT batch_id, unit_id FROM ${t('decision')}`)) {
    decided.set(textAt(row, 'batch_id'), (decided.get(textAt(row, 'batch_id')) ?? new Set()).add(textAt(row, 'unit_id')))
  }
  for (const row of await query(`SELECT id, body FROM ${t('audit')} WHERE subject = 'decision'`)) {
    const id = textAt(row, 'id')
    const { outcomes = [] } = jsonAt(row, 'body') as { readonly outcomes?: readonly { readonly unitId: string; readonly decided: boolean; readonly opinion?: string | null }[] }
    const said = new Set(outcomes.filter(({ decided: isDecided, opinion = null }) => isDecided || opinion !== null).map(outcome => outcome.unitId))
    if (!isDeepStrictEqual(said, decided.get(id) ?? new Set())) report('P6', `decision "${id}": its stored reply says something else than its rows`)
  }
}
