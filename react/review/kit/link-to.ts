import type { ReactNode } from 'react'

/** A run, a task or a project, by its id (a task and a project also by name). */
export interface WorkOf {
  readonly kind: 'run' | 'task' | 'project'
  readonly id: string
}

/** What a screen leads to. */
export type LinkTarget =
  | { readonly to: 'run' | 'task' | 'project' | 'worker' | 'qualification'; readonly id: string }
  /** The answers of a run. */
  | { readonly to: 'answers'; readonly run: string }
  /** The list of projects. */
  | { readonly to: 'projects' }
  | { readonly to: 'spending' | 'exports'; readonly of: WorkOf }

/** Draws a text as a link to a target, or as a text where the target has no page. */
export type LinkTo = (target: LinkTarget, text: string) => ReactNode

/** Draws texts: for a page on which nothing leads elsewhere. */
export const noLinks: LinkTo = (_, text) => text
