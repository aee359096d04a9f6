import { formatMoney, type Money } from '../data-model/money.js'
import { durationText } from './duration-text.js'

/** What a page says while a call is being repeated. */
export function connectionText(isSending: boolean): string {
  return isSending
    ? 'Connection lost — your answer is safe on this device and will be sent.'
    : 'Connection lost — trying again. What you type is kept on this device.'
}

/** What an item pays: `$0.10 each`, `$0.10 per item`; null where people work for nothing, which nobody needs to be told of each item. */
export function payText(pay: Money, per: 'each' | 'per item'): string | null {
  return pay.minor === 0 ? null : `${formatMoney(pay)} ${per}`
}

/** What stands before the list of what an answer lacks. */
export const NOT_COMPLETE = 'It cannot be sent yet, because it is not complete:'
/** A button whose work is being done. */
export const BUSY = 'One moment…'
/** What the bar of a run's progress shows. */
export const PROGRESS_LABEL = 'Answered by all together'
/** The time that a worker has left, and how more of it is asked for and given. */
export const LEASE = { label: 'Time left', more: 'I need more time', reply: (leftMs: number): string => `You have ${durationText(leftMs)}.` } as const

/** What a worker is asked before a unit is given back. */
export const GIVE_BACK = {
  ask: 'Give back',
  title: 'Give this item back?',
  text: 'Somebody else will do it. You will not be offered this item again, and what you typed here will be dropped.',
  keep: 'Keep working on it',
  confirm: 'Give it back',
} as const
