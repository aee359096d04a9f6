import type { WebhookScope, WebhookStatus } from '../data-model/webhook-words.js'
import type { Reading } from './find-query.js'

/** An address that is told what happens. Secrets are encrypted. */
export interface WebhookRow {
  readonly id: string
  readonly url: string
  /** The types it is told; null for every type. */
  readonly eventTypes: readonly string[] | null
  readonly scope: WebhookScope
  /** The id of the project, task or run; null for all. */
  readonly scopeId: string | null
  readonly status: WebhookStatus
  readonly pauseReason: string | null
  readonly secret: string
  /** From 1; goes up when the secret is replaced. */
  readonly secretVersion: number
  /** The secret before, which is good until `previousUntil`. */
  readonly previousSecret: string | null
  readonly previousUntil: number | null
  /** Since when no delivery has been taken, epoch ms; null while deliveries are taken. */
  readonly failingSince: number | null
  /** Who made it. */
  readonly actorId: string
  readonly createdAt: number
}

/** What can change of a webhook. */
export type WebhookChange = Partial<Pick<WebhookRow, 'status' | 'pauseReason' | 'secret' | 'secretVersion' | 'previousSecret' | 'previousUntil' | 'failingSince'>>

/** Which webhooks to find. */
export interface WebhookFilter {
  readonly statuses?: readonly WebhookStatus[]
  readonly scopeId?: string
}

/** A run whose feed a webhook has not been told to its end. */
export interface WebhookBehind {
  readonly webhookId: string
  readonly eventTypes: readonly string[] | null
  readonly runId: string
  /** Up to which number its deliveries are written. */
  readonly feed: number
}

/** Webhooks and how far each has come in every run's feed. */
export interface WebhookOperations extends Reading<WebhookRow, WebhookFilter, 'createdAt'> {
  /**
   * Adds a webhook. It is told what happens from now on: in the runs that are there, what follows their latest event.
   * @throws MephistoError `already_exists` for an id that is taken
   */
  create(webhook: Omit<WebhookRow, 'status' | 'pauseReason' | 'secretVersion' | 'previousSecret' | 'previousUntil' | 'failingSince'>): Promise<void>
  /** Changes what is given. @throws MephistoError `not_found` */
  update(id: string, change: WebhookChange): Promise<void>
  /** Removes the webhook and how far it had come. False when there is none with this id. */
  delete(id: string): Promise<boolean>
  /**
   * Runs in whose feed active webhooks are behind, leaving out those of which `most` deliveries or more wait already.
   * `runIds` are the only ones to look at, when given.
   */
  behind(query: { readonly runIds?: readonly string[]; readonly topic: string; readonly most: number; readonly limit: number }): Promise<readonly WebhookBehind[]>
  /** Moves how far a webhook has come in a run's feed. False, and nothing is changed, when it is not at `from` any more. */
  advance(of: Pick<WebhookBehind, 'webhookId' | 'runId'>, from: number, to: number): Promise<boolean>
  /** Counts all that is in a run's feed as told to every webhook that would be told of it: it happened elsewhere. */
  skip(runId: string): Promise<void>
  /** How far a webhook has come in a run's feed, held until the transaction ends; null when it was told nothing of the run yet. */
  position(of: Pick<WebhookBehind, 'webhookId' | 'runId'>): Promise<number | null>
}
