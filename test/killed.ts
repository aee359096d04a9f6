import { fork } from 'node:child_process'
import { expect } from 'vitest'
import { MephistoError } from '../sdk/index.js'
import type { FaultPlan } from '../sdk/testing/index.js'

/** A plan of faults, and whether it came so far. */
export interface CutOff {
  readonly plan: FaultPlan
  isStruck(): boolean
  /** Resolves when it did. */
  readonly struck: Promise<void>
}

/**
 * Cuts an instance off from its database for good at the `last`th step since `isOn`, as a process that is killed is. What was done in a
 * transaction that is cut off goes with it; at an even step a commit is done all the same. @default isOn from the first step on
 */
export function cutOffAt(last: number, isOn: () => boolean = () => true): CutOff {
  let [steps, isStruck] = [0, false]
  let tell = (): void => undefined
  const struck = new Promise<void>(resolve => { tell = resolve })
  return {
    struck, isStruck: () => isStruck,
    plan({ kind }) {
      if (!isOn()) return null
      steps += 1
      if (steps < last) return null
      isStruck = true
      tell()
      if (steps === last && kind === 'commit' && last % 2 === 0) return 'lost_after'
      throw new MephistoError('unavailable', 'this process is gone (a fault of a test)')
    },
  }
}

/** Runs a program of the tests, which kills its own process as SIGKILL does. */
export async function untilKilled(program: string, words: readonly string[]): Promise<void> {
  const child = fork(program, words, { execArgv: [] })
  expect(await new Promise(resolve => { child.once('exit', (_, signal) => { resolve(signal) }) })).toBe('SIGKILL')
}
