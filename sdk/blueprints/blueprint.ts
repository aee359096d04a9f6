import type * as z from 'zod'
import { MephistoError } from '../errors.js'
import type { LiveContract } from './live.js'

/**
 * What a kind of task is, the half that is safe in a browser: its name and the schemas of its input and answer.
 * It is the token by which types come back wherever work crosses the wire: at launch, in the page, in review, in export.
 */
export interface Blueprint<
  TInput extends z.ZodType = z.ZodType, TOutput extends z.ZodType = z.ZodType, TOnboarding extends OnboardingContract = OnboardingContract, TArgs extends z.ZodObject = z.ZodObject,
  TProcedures extends Procedures = Procedures, TLive extends LiveContract = LiveContract,
> {
  /** A name unique in the installation, such as `sentence-kind`. */
  readonly type: string
  /** Schema of one item of input. */
  readonly input: TInput
  /** Schema of one answer. */
  readonly output: TOutput
  /** What workers do once before they get work in runs that ask for it. */
  readonly onboarding?: TOnboarding
  /** What a run of it is set up with besides its data, such as labels or a question; frozen at launch, and shown to its page. */
  readonly args?: TArgs
  /** Functions on the server that its page calls while a unit is in hand, by name. */
  readonly procedures?: TProcedures
  /** What happens while people are at an item together; a blueprint has this or procedures. */
  readonly live?: TLive
}

/** A remote procedure: what the page sends, and what it gets. */
export interface ProcedureContract<TInput extends z.ZodType = z.ZodType, TOutput extends z.ZodType = z.ZodType> {
  readonly input: TInput
  readonly output: TOutput
}

/** Remote procedures by name. */
export type Procedures = Readonly<Record<string, ProcedureContract>>

/** The procedures of a blueprint that has none. */
export type NoProcedures = Readonly<Record<never, never>>

/** The arguments of a blueprint that has none. */
export type NoArgs = z.ZodObject<Record<never, never>>

/** An introduction with a page of its own: what the page gets, and what it hands in. */
export interface OnboardingContract<TInput extends z.ZodType = z.ZodType, TOutput extends z.ZodType = z.ZodType> {
  readonly input: TInput
  readonly output: TOutput
}

/** Any blueprint, whatever its schemas. */
export type AnyBlueprint = Blueprint

/** What a page receives and a review shows: the input after its schema ran. */
export type InferInput<B extends AnyBlueprint> = z.output<B['input']>
/** What launch data must be: the input before its schema ran (defaults may be left out). */
export type InferRawInput<B extends AnyBlueprint> = z.input<B['input']>
/** What is stored and exported: the answer after its schema ran. */
export type InferOutput<B extends AnyBlueprint> = z.output<B['output']>
/** What a page submits: the answer before its schema ran. */
export type InferRawOutput<B extends AnyBlueprint> = z.input<B['output']>

/** What is known of a right answer: some of its fields, or the whole. */
export type ExpectedAnswer<B extends AnyBlueprint> = InferOutput<B> extends object ? Partial<InferOutput<B>> : InferOutput<B>
/** What an onboarding page receives; never for a blueprint without onboarding. */
export type InferOnboardingInput<B extends AnyBlueprint> = B extends { readonly onboarding?: infer N } ? N extends OnboardingContract ? z.output<N['input']> : never : never
/** What an onboarding page hands in, after its schema ran. */
export type InferOnboardingOutput<B extends AnyBlueprint> = B extends { readonly onboarding?: infer N } ? N extends OnboardingContract ? z.output<N['output']> : never : never
/** What an onboarding page hands in, before its schema ran. */
export type InferRawOnboardingOutput<B extends AnyBlueprint> = B extends { readonly onboarding?: infer N } ? N extends OnboardingContract ? z.input<N['output']> : never : never
/** What a run was set up with, as its page and its hooks get it: after the schema ran. */
export type InferArgs<B extends AnyBlueprint> = B extends { readonly args?: infer A } ? A extends z.ZodType ? z.output<A> : never : never
/** What a launch sets a run up with, before the schema ran. */
export type InferRawArgs<B extends AnyBlueprint> = B extends { readonly args?: infer A } ? A extends z.ZodType ? z.input<A> : never : never

/** The procedures of a blueprint. */
export type InferProcedures<B extends AnyBlueprint> = B extends { readonly procedures?: infer P } ? P extends Procedures ? P : NoProcedures : NoProcedures
/** Names of a blueprint's procedures. */
export type ProcedureName<B extends AnyBlueprint> = keyof InferProcedures<B> & string
/** What a page sends to a procedure: before its schema ran. */
export type InferCallInput<B extends AnyBlueprint, N extends ProcedureName<B>> = z.input<InferProcedures<B>[N]['input']>
/** What a page gets of a procedure: after its schema ran. */
export type InferCallOutput<B extends AnyBlueprint, N extends ProcedureName<B>> = z.output<InferProcedures<B>[N]['output']>

/** The part of a launch that sets a run up beside its data: can be left out where nothing in it is needed. */
export type ArgsOption<TArgs> = Record<never, never> extends TArgs ? { readonly args?: TArgs } : { readonly args: TArgs }

/**
 * Defines a task kind once, from zod schemas.
 * @throws MephistoError `invalid_options` for a type that is not 1–64 lower-case letters, digits and dashes
 */
export function defineBlueprint<
  TInput extends z.ZodType, TOutput extends z.ZodType, TOnboarding extends OnboardingContract = OnboardingContract, TArgs extends z.ZodObject = NoArgs, TProcedures extends Procedures = NoProcedures,
  TLive extends LiveContract = never,
>(
  blueprint: Blueprint<TInput, TOutput, TOnboarding, TArgs, TProcedures, TLive>,
): Blueprint<TInput, TOutput, TOnboarding, TArgs, TProcedures, TLive> {
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(blueprint.type)) {
    throw new MephistoError('invalid_options', `Blueprint type "${blueprint.type}" must be 1 to 64 lower-case letters, digits and dashes, and start with a letter.`)
  }
  return blueprint
}
