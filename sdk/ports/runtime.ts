/** Where time, ids, randomness and log lines come from. Tests pass a virtual one; a run under one seed is reproducible. */
export interface Runtime {
  /** Now, epoch ms. */
  now(): number
  /** A new id: uuid version 7 (RFC 9562), increasing within a process. */
  newId(): string
  /** A number in [0, 1). */
  random(): number
  readonly logger: Logger
}

/**
 * Where log lines go: the shape of pino's logger, so that one can be passed as it is. Fields are ids (`runId`, `unitId`, `agentId`,
 * `callId`), words of ours and counts, and `err` for an error; never answers, names or tokens.
 */
export interface Logger {
  info(fields: Readonly<Record<string, unknown>>, text: string): void
  warn(fields: Readonly<Record<string, unknown>>, text: string): void
  error(fields: Readonly<Record<string, unknown>>, text: string): void
}
