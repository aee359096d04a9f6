import { BLUEPRINT_TOPICS } from '../../data-model/outbox-topics.js'
import type { PacketKey } from './packet-key.js'

/** The outbox topic under which sessions of a blueprint are asked to look at something. */
export const liveTopicOf = (blueprintType: string): string => `${BLUEPRINT_TOPICS.live}${blueprintType}`
/** The outbox topic of a blueprint's effects. */
export const effectTopicOf = (blueprintType: string): string => `${BLUEPRINT_TOPICS.effect}${blueprintType}`

/** What a session is asked to look at: its units, a timer that ran out, or an event on which a function failed. */
export type AskedLook = { readonly look: true } | { readonly timer: string; readonly key: string } | { readonly again: PacketKey }

/** What the call of an effect says: the session's packet that says which one, with what. */
export interface AskedEffect {
  readonly effect: string
}

/** The key of the call that has a session look at its units. `cause` says why: the same is asked for once. */
export const lookKeyOf = (cause: string): string => `live/look/${cause}`
