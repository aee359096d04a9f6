import type { AnyBlueprint, InferCallInput, InferCallOutput, InferInput, InferOnboardingInput, InferRawOnboardingOutput, InferRawOutput, ProcedureName } from '../blueprints/blueprint.js'
import type { RunOf } from '../blueprints/run-of.js'
import type { FileRef } from '../data-model/file.js'
import type { WhyReturned } from '../data-model/return-reason.js'
import type { MephistoErrorCode, Problem } from '../errors.js'
import type { RefusalReason } from '../protocol/refusals.js'
import type { ProgressView, RefusalView, SubmitReply } from '../protocol/worker-views.js'
import type { LiveOf } from './live-page.js'

/** An answer in the making: any part of it may still be missing. */
export type Draft<B extends AnyBlueprint> =
  InferRawOutput<B> extends object ? Partial<InferRawOutput<B>> : InferRawOutput<B> | undefined

/** A change of a draft: fields to merge into it (any other value replaces it), or a function from the old to the new whole. */
export type DraftUpdate<B extends AnyBlueprint> = Draft<B> | ((draft: Draft<B>) => Draft<B>)

/** What a submission asks for beyond being stored. */
export interface SubmitOptions {
  /** Ask for the next unit as soon as the answer is acknowledged; the receipt is then its `lastReceipt`. @default false */
  readonly thenNext?: boolean
}

/** How a file is sent. */
export interface UploadOptions {
  /** Called with the bytes that are sent so far. */
  readonly onProgress?: (sentBytes: number) => void
  /** Ends it; the promise then rejects with its reason. */
  readonly signal?: AbortSignal
}

/**
 * Sends a file until the server has it, and resolves to what stands for it in an answer. Rejects with an error whose message is for the
 * worker when the server refuses it; stays pending when the item is gone.
 */
export type Upload = (file: Blob, options?: UploadOptions) => Promise<FileRef>

/** What can be done with files while a form is in hand. */
export interface FileActions {
  readonly upload: Upload
  /** Takes a file out that will not be part of the answer: it is removed on the server too, and makes room for another. */
  takeOut(file: Pick<FileRef, '$file'>): void
}

/** A call of a remote procedure: what it asks for, and what came of it so far. */
export type RemoteCall<B extends AnyBlueprint> = {
  [N in ProcedureName<B>]: { readonly id: string; readonly name: N; readonly input: InferCallInput<B, N> } & (
    | { readonly status: 'pending' }
    | { readonly status: 'done'; readonly output: InferCallOutput<B, N> }
    /** In words for the worker. */
    | { readonly status: 'failed'; readonly message: string }
  )
}[ProcedureName<B>]

/** What can be asked of the server while a unit is in hand. */
export interface RemoteActions<B extends AnyBlueprint> {
  /**
   * Calls a procedure on the server: it is sent after those before it until the server has it, by a page that is loaded again too, and is
   * made once. Resolves to what it gives; rejects with an error whose message is for the worker when it fails; stays pending when the item is gone.
   */
  call<N extends ProcedureName<B>>(name: N, input: InferCallInput<B, N>): Promise<InferCallOutput<B, N>>
  /** All calls of this attempt in order, those from before a reload too. */
  readonly calls: readonly RemoteCall<B>[]
}

/** Asks the server for what an attempt has beside its work. Rejects with an error whose message is for the worker. */
export type AskAttempt = (procedure: 'remark' | 'tips', input: object) => Promise<unknown>

/** The first answer of the server is awaited; or, when `isSending`, an answer from before a reload is being delivered. */
export interface LoadingState {
  readonly status: 'loading'
  readonly isSending: boolean
}

/** What the work is, before anything is leased. */
export interface PreviewState<B extends AnyBlueprint> {
  readonly status: 'preview'
  readonly run: RunOf<B>
  readonly worker: string
  /** One item of the run as an example; null when the run has none to show. */
  readonly sample: InferInput<B> | null
  readonly progress: ProgressView
  /** Why no unit can be had at this moment; looked at again by itself when waiting may help. */
  readonly refusal: RefusalView | null
  /** Accepting gives back the unit that is under way. */
  readonly hasUnitUnderWay: boolean
  /** A unit is being asked for. */
  readonly isBusy: boolean
  accept(): void
}

/** What will be handed in at an onboarding, as far as the worker has filled it in. */
export type OnboardingDraft<B extends AnyBlueprint> =
  InferRawOnboardingOutput<B> extends object ? Partial<InferRawOnboardingOutput<B>> : InferRawOnboardingOutput<B> | undefined

/** What comes before any unit, once: the blueprint's onboarding, which the page shows as it does its items. */
export interface OnboardingState<B extends AnyBlueprint> extends FileActions {
  readonly status: 'onboarding'
  /** The attempt: what exports and logs know it by. */
  readonly agentId: string
  readonly input: InferOnboardingInput<B>
  readonly draft: OnboardingDraft<B>
  /** What is wrong with what was submitted; empty after the next change. */
  readonly problems: readonly Problem[]
  readonly isSubmitting: boolean
  readonly run: RunOf<B>
  readonly progress: ProgressView
  /** It was under way already: a reload, or another tab. */
  readonly resumed: boolean
  setDraft(update: OnboardingDraft<B> | ((draft: OnboardingDraft<B>) => OnboardingDraft<B>)): void
  /** Checks it, keeps it on the device, and sends it until it is acknowledged; then asks for work. */
  submit(output: InferRawOnboardingOutput<B>): void
  /** Submits the draft as it is; `problems` says what it lacks. */
  submitDraft(): void
}

/** The lease as a page shows it. That of live work is the server's to keep for as long as the page is connected, and does not run down here. */
export interface TaskLease {
  readonly lengthMs: number
  /** Time left at this moment, ms, never below 0. */
  remainingMs(): number
}

/** Where a draft is kept: on the worker's device, and not on the server before it is handed in. */
export interface DraftState {
  /**
   * `untouched`: nothing was changed; `saving`: the last change is written as soon as typing rests; `saved`: the device has it, also when the page is
   * closed; `page_only`: the device takes nothing, and what was typed goes with the page.
   */
  readonly status: 'untouched' | 'saving' | 'saved' | 'page_only'
  /** When this page wrote it last, epoch ms by the device's clock, to be shown; null while it has not. */
  readonly savedAt: number | null
}

/** A unit in hand. */
export interface WorkingState<B extends AnyBlueprint> extends FileActions, RemoteActions<B> {
  readonly status: 'working'
  readonly unitId: string
  /** The attempt at the unit: what exports and logs know it by. */
  readonly agentId: string
  readonly input: InferInput<B>
  readonly draft: Draft<B>
  readonly draftState: DraftState
  readonly lease: TaskLease
  /** The people at the item, what they share and do; null for a blueprint in which nothing is live. */
  readonly live: LiveOf<B>
  /** What is wrong with the answer that was submitted; empty after the next change. */
  readonly problems: readonly Problem[]
  readonly isSubmitting: boolean
  readonly progress: ProgressView
  readonly run: RunOf<B>
  /** The unit was under way already: a reload, or another tab. */
  readonly resumed: boolean
  /** The receipt of the answer before this unit, when one led to the other. */
  readonly lastReceipt: SubmitReply | null
  setDraft(update: DraftUpdate<B>): void
  /** Asks for more time; resolves when the server has answered. */
  extend(): Promise<void>
  /** Checks the answer, keeps it on the device, and sends it until it is acknowledged. That of live work can be handed in when it is over: `problems` says so before. */
  submit(answer: InferRawOutput<B>, options?: SubmitOptions): void
  /** Submits the draft as it is; `problems` says what it lacks. */
  submitDraft(options?: SubmitOptions): void
  /** For `leaveRemark` and `readTips` of `mephisto-sdk/react/remarks`. */
  readonly ask: AskAttempt
  /** Gives the unit to other people and drops its draft; the same worker is not offered it again. @default why nothing is said */
  giveBack(why?: WhyReturned): void
}

/** An answer is stored for good. */
export interface SubmittedState<B extends AnyBlueprint> {
  readonly status: 'submitted'
  readonly receipt: SubmitReply
  /** See {@link WorkingState}. */
  readonly ask: AskAttempt
  readonly run: RunOf<B>
  readonly progress: ProgressView
  readonly isBusy: boolean
  next(): void
}

/** No unit, with the true reason. Asks again by itself after `retryAfterMs`, as long as the page is visible. */
export interface RefusedState {
  readonly status: 'refused'
  /** `nobody_came`: too few people came to work together, and the worker need not wait any longer. */
  readonly reason: RefusalReason | 'nobody_came'
  readonly message: string
  readonly retryAfterMs: number | null
  readonly progress: ProgressView
  readonly lastReceipt: SubmitReply | null
  readonly isBusy: boolean
  retry(): void
}

/** The time ran out, and the server confirmed it. What was typed is still here and can still be sent. */
export interface LeaseLostState<B extends AnyBlueprint> extends FileActions {
  readonly status: 'lease_lost'
  readonly message: string
  readonly input: InferInput<B>
  readonly draft: Draft<B>
  readonly problems: readonly Problem[]
  readonly isSubmitting: boolean
  readonly run: RunOf<B>
  readonly progress: ProgressView
  readonly isBusy: boolean
  /** Sends the answer all the same: it is kept for the team, and the receipt says so. */
  submitAnyway(answer: InferRawOutput<B>): void
  next(): void
}

/** It cannot go on like this: a link that expired, is not valid or belongs to another page, or a page that is older than the server (`page_outdated`). */
export interface FailedState {
  readonly status: 'failed'
  readonly code: MephistoErrorCode
  readonly message: string
  /** Something that was typed waits on this device; it comes back with the unit. */
  readonly hasDraft: boolean
  /** The receipt of the answer just before, when one was given. */
  readonly lastReceipt: SubmitReply | null
  /** Begins again; loads a page that is out of date again. */
  retry(): void
}

/** Every state without what all have in common. */
export type TaskView<B extends AnyBlueprint> =
  | LoadingState | PreviewState<B> | OnboardingState<B> | WorkingState<B> | SubmittedState<B> | RefusedState | LeaseLostState<B> | FailedState

/**
 * Where a worker is. `connection` is `retrying` while a call has failed and is being repeated; nothing is lost meanwhile.
 */
export type TaskState<B extends AnyBlueprint> = TaskView<B> & { readonly connection: 'online' | 'retrying' }

/** The state of a unit in hand, as {@link TaskState} has it. */
export type WorkingTask<B extends AnyBlueprint> = Extract<TaskState<B>, { status: 'working' }>

/** Any state of any blueprint: for parts of a page that do not look into input or answer. */
export type AnyTaskState = TaskState<AnyBlueprint>
