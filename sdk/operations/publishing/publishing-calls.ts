import type { TaskRun } from '../../data-model/entities.js'
import type { CallRow, NewCall } from '../../ports/outbox-operations.js'
import type { WithdrawingUnit } from '../../providers/publishing.js'

/** What a provider is called for. */
export type PublishingStep = 'run.open' | 'run.places' | 'run.close' | 'unit.publish' | 'unit.withdraw'

/** What a call is about: a unit or a run, and the number that the call has among those about it. */
export interface Subject {
  readonly id: string
  readonly number: number
  /** Why a unit is withdrawn. */
  readonly reason?: WithdrawingUnit['reason']
}

/** A unit is published by its first call and withdrawn by its second, each once. */
export const UNIT_NUMBERS = { publish: 1, withdraw: 2 } as const

/** The outbox topic of a step at one provider: of each its own, so that instances without the provider leave its calls to those that have it. */
export const topicOf = (step: PublishingStep, provider: string): string => `${step}.${provider}`

/** The key of a call, which the provider gets as its own. */
export const keyOf = (step: PublishingStep, { id, number }: Subject): string => `${step}/${id}/${String(number)}`

/** The call to a run's provider. Those about one thing are made one after the other, in the order of their numbers. */
export function publishingCall(step: PublishingStep, { id: runId, provider }: Pick<TaskRun, 'id' | 'provider'>, call: Subject & { readonly callId: string }): NewCall {
  const { callId, ...subject } = call
  return { id: callId, callKey: keyOf(step, subject), topic: topicOf(step, provider), body: JSON.stringify(subject), subjectId: runId, lane: { id: subject.id, position: subject.number } }
}

/** What a call is about. */
export function subjectOf({ body }: Pick<CallRow, 'body'>): Subject {
  return JSON.parse(body) as Subject
}
