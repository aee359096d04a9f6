export { defineBlueprint, type AnyBlueprint, type ArgsOption, type Blueprint, type InferArgs, type InferInput, type InferOnboardingInput, type InferOnboardingOutput, type InferOutput, type InferRawArgs, type InferRawInput, type InferRawOnboardingOutput, type InferRawOutput, type NoArgs, type OnboardingContract } from './blueprint.js'
export type { FileLimits, FileRef } from '../data-model/file.js'
export { fileSchema } from '../data-model/file-schema.js'
