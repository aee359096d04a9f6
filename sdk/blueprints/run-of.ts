import type { RunInfoView } from '../protocol/worker-views.js'
import type { AnyBlueprint, InferArgs } from './blueprint.js'

/** What a page knows of its run, with what it was set up with typed by the blueprint. */
export type RunOf<B extends AnyBlueprint> = Omit<RunInfoView, 'args'> & { readonly args: InferArgs<B> }
