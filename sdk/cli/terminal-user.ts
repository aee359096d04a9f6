import { userInfo } from 'node:os'
import type { Principal } from '../review/principal.js'

/** Whoever works at this terminal, as the operating system knows them. */
export function terminalUser(): Principal {
  const name = userName()
  return { id: `cli:${name}`, name, roles: ['operator'] }
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // A container may run under a number that no user has.
    return 'unknown'
  }
}
