import * as z from 'zod'
import { defineBlueprint, type Blueprint, type NoArgs, type NoProcedures, type OnboardingContract } from '../blueprint.js'
import type { LiveContract } from '../live.js'

/** Longest message of a chat, characters. */
export const LONGEST_MESSAGE = 5_000

const state = z.object({
  /** Whose turn it is, by their place; null when everybody may write. */
  turn: z.int().nullable(),
  /** How many messages each has written, by their places. */
  written: z.record(z.string(), z.int()),
  /** Who has said that they are through, by their places. */
  done: z.array(z.int()),
  /** Bots that think about what they write, by their places. */
  typing: z.array(z.int()),
  /** The bot that takes part in every chat, whose place is behind all others. */
  bot: z.object({ seat: z.int(), name: z.string() }).optional(),
  /** Each writes at least so many before they can be through. */
  leastMessages: z.int(),
  /** After so many in all it is over; null for no limit. */
  mostMessages: z.int().nullable(),
})
const actions = {
  /** Writes a message. */
  say: z.object({ text: z.string().trim().min(1, 'write something first').max(LONGEST_MESSAGE) }),
  /** Is through; when all are, the chat is over. */
  done: z.object({}),
}
const packets = {
  /** Something that was written; `seat` is null for the chair, which is nobody's. */
  message: z.object({ seat: z.int().nullable(), name: z.string(), text: z.string() }),
}
const signals = {
  /** Somebody writes a message, or does not any more. */
  typing: z.object({ isTyping: z.boolean() }),
}

/** What is live in a chat. */
export type ChatLive = LiveContract<typeof state, typeof actions, typeof packets, typeof signals>

/** A chat. */
export type ChatBlueprint<TInput extends z.ZodType = z.ZodType, TOutput extends z.ZodType = z.ZodType, TOnboarding extends OnboardingContract = OnboardingContract> = Blueprint<TInput, TOutput, TOnboarding, NoArgs, NoProcedures, ChatLive>

/** What a chat is about. */
export interface ChatOptions<TInput extends z.ZodType, TOutput extends z.ZodType, TOnboarding extends OnboardingContract> {
  /** A name unique in the installation. @default 'chat' */
  readonly type?: string
  /** Schema of what people talk about. */
  readonly input: TInput
  /** Schema of what each hands in when the chat is over; what was written is kept besides. */
  readonly output: TOutput
  /** What workers do once before they get to chat. @default nothing */
  readonly onboarding?: TOnboarding
  /** What people are called, by their places. @default 'Person 1', 'Person 2', … */
  readonly names?: readonly string[]
}

/** Defines a chat of 1 to n people, and bots among them; the half that is safe in a browser. `implementChat` is the other. */
export function defineChat<TInput extends z.ZodType, TOutput extends z.ZodType, TOnboarding extends OnboardingContract = OnboardingContract>(
  { type = 'chat', names, ...rest }: ChatOptions<TInput, TOutput, TOnboarding>,
): ChatBlueprint<TInput, TOutput, TOnboarding> {
  return defineBlueprint({ type, ...rest, live: { state, actions, packets, signals, ...(names === undefined ? {} : { names }) } })
}
