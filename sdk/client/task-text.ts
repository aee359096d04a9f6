/** What a page says while a call is being repeated. */
export function connectionText(isSending: boolean): string {
  return isSending
    ? 'Connection lost — your answer is safe on this device and will be sent.'
    : 'Connection lost — trying again. What you type is kept on this device.'
}

/** What a worker is asked before a unit is given back. */
export const GIVE_BACK = {
  ask: 'Give back',
  title: 'Give this item back?',
  text: 'Somebody else will do it. You will not be offered this item again, and what you typed here will be dropped.',
  keep: 'Keep working on it',
  confirm: 'Give it back',
} as const
