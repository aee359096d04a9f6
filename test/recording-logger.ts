import type { Logger } from '../sdk/ports/runtime.js'

/** A logger that keeps each line as JSON, with what errors say and were caused by. */
export function recordingLogger(): { readonly logger: Logger; readonly logged: string[] } {
  const logged: string[] = []
  const log = (...said: readonly unknown[]): void => { logged.push(JSON.stringify(said.map(one => (typeof one === 'object' && one !== null && 'err' in one ? { ...one, err: String(one.err), cause: String((one.err as Error | undefined)?.cause) } : one)))) }
  return { logged, logger: { info: log, warn: log, error: log } }
}
