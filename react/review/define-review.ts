import { createElement, type ComponentType, type ReactNode } from 'react'
import type { AnyBlueprint, InferInput, InferOutput } from '../../sdk/blueprints/blueprint.js'
import type { ReviewUnitView } from '../../sdk/protocol/review-views.js'

/** What a review view gets: the item and the answer with the blueprint's types, and everything else about the unit. */
export interface ReviewViewProps<B extends AnyBlueprint> {
  readonly input: InferInput<B>
  readonly answer: InferOutput<B>
  readonly unit: ReviewUnitView
}

/** How units of one blueprint are shown to reviewers; made by {@link defineReview}. */
export interface ReviewView {
  /** The `type` of the blueprint that it is for. */
  readonly blueprintType: string
  /** Draws one unit. */
  readonly render: (unit: ReviewUnitView) => ReactNode
}

/**
 * Ties a component to a blueprint, so that it receives that blueprint's input and answer, typed.
 * What was erased, and units asked or answered under other schemas than the present ones, it never gets: those are shown as plain values, and so is a unit at which the component throws.
 */
export function defineReview<B extends AnyBlueprint>(blueprint: B, View: ComponentType<ReviewViewProps<B>>): ReviewView {
  return {
    blueprintType: blueprint.type,
    render: unit => createElement(View, { input: unit.input as InferInput<B>, answer: unit.answer as InferOutput<B>, unit }),
  }
}
