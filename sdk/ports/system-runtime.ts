import { v7 } from 'uuid'
import type { Logger, Runtime } from './runtime.js'

/** A logger that says nothing: the default, since a library does not write to its host's console. */
export const silentLogger: Logger = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** The real clock, uuid version 7 ids (RFC 9562, increasing within the process) and Math.random. */
export function systemRuntime(logger: Logger = silentLogger): Runtime {
  return { now: () => Date.now(), newId: () => v7(), random: () => Math.random(), logger }
}
