import { ConnectionTrouble } from './call-errors.js'
import { untilAnswered } from './retry.js'
import type { Scene, SessionContext } from './session-context.js'

/** Loads a part of the page's code, again and again until it is there. */
export function loadPart<T>({ clock, signals, link }: SessionContext, { signal }: Scene, load: () => Promise<T>): Promise<T> {
  const once = (): Promise<T> => load().catch((cause: unknown) => { throw new ConnectionTrouble('The server gave no reply.', { cause }) })
  return untilAnswered(once, { clock, signal, onWake: signals.onWake, onTrouble: link.onTrouble })
}
