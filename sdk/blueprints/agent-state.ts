import type { AnyBlueprint, InferArgs, InferInput, InferOutput, InferRawInput, InferRawOutput } from './blueprint.js'

/** An answer as it was stored, maybe under schemas of an earlier version. */
export interface StoredAnswer {
  readonly input: unknown
  readonly answer: unknown
  /** The version of the blueprint that the run was launched under, whose input schema the input fitted. */
  readonly inputSchemaHash: string
  /** The version that the answer was given under: another one, where the blueprint changed while the run went on. */
  readonly schemaHash: string
  /** The version of the page that it came from; null when the page told none. */
  readonly pageBuild: string | null
}

/** An answer in the shape of the present schemas, before they ran. */
export interface MigratedAnswer<B extends AnyBlueprint> {
  readonly input: InferRawInput<B>
  readonly answer: InferRawOutput<B>
}

/** What an attempt is shown as: to reviewers, and in exports. What is stored of it stays as it is. */
export interface AgentState<B extends AnyBlueprint> {
  /**
   * Brings what was asked or answered under other schemas into the shape of the present ones, for exports that are to be migrated; what it
   * gives is checked by them. It has 10 s for each answer. @default such an export is refused
   */
  migrate?(stored: StoredAnswer): MigratedAnswer<B> | Promise<MigratedAnswer<B>>
  /**
   * Values that follow from an answer, shown beside it as `derived`: small, and of what JSON can keep. Called each time that an
   * answer of the present schemas is shown. What throws is logged and shows nothing. @default nothing
   */
  derive?(attempt: { readonly input: InferInput<B>; readonly answer: InferOutput<B>; readonly args: InferArgs<B> }): Readonly<Record<string, unknown>>
}
