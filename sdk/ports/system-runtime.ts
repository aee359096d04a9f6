import { inspect } from 'node:util'
import process from 'node:process'
import { v7 } from 'uuid'
import type { Logger, Runtime } from './runtime.js'

/** A logger that says nothing. */
export const silentLogger: Logger = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** The default logger: errors go to the process's standard error, so that none is lost; the rest is silent. */
export const errorLogger: Logger = {
  ...silentLogger,
  error: (fields, text) => { process.stderr.write(`mephisto: ${text} ${inspect(fields, { depth: 4 })}\n`) },
}

/** The real clock, uuid version 7 ids (RFC 9562, increasing within the process) and Math.random. */
export function systemRuntime(logger: Logger = errorLogger): Runtime {
  return { now: () => Date.now(), newId: () => v7(), random: () => Math.random(), logger }
}
