import { describeProblems, MephistoError, type Problem } from '../errors.js'

/** Refuses a launch, naming the option. @default cause none */
export function refusedLaunch(option: string, why: string, cause?: unknown): MephistoError {
  return new MephistoError('invalid_input', `Launch options: ${option}: ${why.replace(/\.$/, '')}. Nothing was launched.`, cause === undefined ? {} : { cause })
}

/** Refuses a launch for what is wrong with its options, each with its path. */
export function wrongOptions(problems: readonly Problem[]): MephistoError {
  return new MephistoError('invalid_input', `Launch options: ${describeProblems(problems)}`, { problems })
}
