export { defineBlueprint, type AnyBlueprint, type Blueprint, type InferInput, type InferOutput, type InferRawInput, type InferRawOutput } from './blueprint.js'
