import type * as z from 'zod'
import type { AnyBlueprint, InferProcedures, ProcedureName } from './blueprint.js'
import type { OfferedUnit, UnitWorker } from './offered-unit.js'

/** Who calls, at which unit, and which call it is. */
export interface CalledUnit<B extends AnyBlueprint, S = unknown> extends OfferedUnit<B, S> {
  readonly agentId: string
  readonly worker: UnitWorker
  /** The page's own id of the call: the same when it is made again. */
  readonly callId: string
  /** Ends with the time limit. */
  readonly signal: AbortSignal
}

/** A remote procedure on the server. */
export interface RemoteProcedure<TInput, TOutput, TUnit> {
  /**
   * Does it. Called once for each call, and again when the process was killed meanwhile: tell repeats by `callId` where that matters.
   * What it throws reaches the page as a rejection, and the session goes on: a MephistoError with its message, anything else
   * without a word of it, and is logged. So does a result that does not fit its schema.
   */
  run(input: TInput, unit: TUnit): TOutput | Promise<TOutput>
  /** How long it may take, ms. @default 30000 */
  readonly timeoutMs?: number
}

/** The procedures of a blueprint on the server. */
export type ProcedureFunctions<B extends AnyBlueprint, S = unknown> = {
  readonly [N in ProcedureName<B>]: RemoteProcedure<z.output<InferProcedures<B>[N]['input']>, z.input<InferProcedures<B>[N]['output']>, CalledUnit<B, S>>
}

/** Any procedure, as the SDK calls it. */
export type AnyProcedure = RemoteProcedure<unknown, unknown, CalledUnit<AnyBlueprint>>
