import { fork } from 'node:child_process'
import { NAME } from '../privacy-stage.js'
import { programOf } from '../program-of.js'
import type { Target } from '../scenarios/promise-open.js'

const PROGRAM = await programOf(new URL('acting-process.ts', import.meta.url))

/** What a process acts on, and at which of its statements it is killed. */
interface Acting {
  readonly act: 'erase' | 'block' | 'judge' | 'approveRest'
  readonly request: string
  /** Whom it is about, or of a judgement the reviewer. @default who is planted */
  readonly name?: string
  /** @default never */
  readonly killAt?: number
}

/** What a process said. */
interface Said {
  readonly reply?: unknown
  readonly code?: string
}

/** What a process that acts on somebody said before it ended; null when it was killed. */
export function actInProcess(target: Target, { act, request, name = NAME, killAt = 0 }: Acting): Promise<Said | null> {
  const child = fork(PROGRAM, [act, target.kind, target.at, name, request, String(killAt)], { execArgv: [] })
  let said: Said | null = null
  child.on('message', message => { said = message as Said })
  return new Promise(resolve => child.once('exit', () => { resolve(said) }))
}
