import { formatMoney, type Money } from '../data-model/money.js'
import type { ReturnReason } from '../data-model/return-reason.js'
import { durationText } from './duration-text.js'
import type { AnyTaskState, DraftState } from './task-state.js'

/** What a page says while a call is being repeated. */
export function connectionText(isSending: boolean): string {
  return isSending
    ? 'Connection lost — your answer is safe on this device and will be sent.'
    : 'Connection lost — trying again. What you type is kept on this device.'
}

/** Where what was typed is kept: `shown` all the time, with `time` where there is room; `said` aloud when it changes, which it does not with each key. */
export function draftText({ status, savedAt }: DraftState, connection: AnyTaskState['connection']): { readonly shown: string; readonly time: string; readonly said: string } {
  const said = status === 'page_only' ? 'This browser keeps nothing: leave this page open until you have sent your answer.' : savedAt === null ? '' : 'What you type is saved in this browser.'
  if (status === 'saved' && connection === 'online') return { shown: 'Saved', time: savedAt === null ? '' : ` at ${new Date(savedAt).toLocaleTimeString([], { timeStyle: 'short' })}`, said }
  return { shown: { untouched: '', saving: 'Saving…', saved: 'Kept here, not sent yet', page_only: said }[status], time: '', said }
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
  close: 'Keep working on it',
  confirm: 'Give it back',
} as const

/** What can be said of why. Apart from the rest, which pages without it have too. */
export const RETURN_QUESTION = {
  why: 'Why? (optional)',
  reasons: [
    ['broken', 'It is broken or does not load'],
    ['unclear', 'The instructions are unclear'],
    ['too_hard', 'It is too hard, or not my area'],
    ['too_long', 'It takes too long for the pay'],
    ['no_time', 'I have no time now'],
    ['other', 'Another reason'],
  ] satisfies readonly (readonly [ReturnReason, string])[],
  more: 'What should the team know?',
} as const
