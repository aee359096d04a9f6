import type { Logger } from '../../ports/runtime.js'
import { loggableError } from './loggable-error.js'

/** Never throws: what hooks throw may be anything, also an object whose fields throw. */
function loggable(error: unknown): Error {
  try {
    return loggableError(error)
  } catch {
    return new Error('(an error that cannot be read)')
  }
}

/**
 * A logger whose lines carry nothing of what people wrote: of the error in the field `err`, which is where pino looks for one,
 * only what {@link loggableError} leaves. With `withMessages` errors are logged as they are.
 */
export function safeLogger(logger: Logger, { withMessages }: { readonly withMessages: boolean }): Logger {
  if (withMessages) return logger
  const safe = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ('err' in fields ? { ...fields, err: loggable(fields['err']) } : fields)
  return {
    info: (fields, text) => { logger.info(safe(fields), text) },
    warn: (fields, text) => { logger.warn(safe(fields), text) },
    error: (fields, text) => { logger.error(safe(fields), text) },
  }
}
