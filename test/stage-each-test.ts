import { afterEach, beforeEach, expect } from 'vitest'
import { check, makeTarget, type OwnTarget } from './scenarios/promise-target.js'

/** What is opened for a test. */
interface Opened {
  readonly stage: { close(): Promise<void> }
}

/**
 * Opens a stage on a database of its own before each test of a file. After it `end` is done, all is closed, and what is left is looked
 * through for broken promises. @default end nothing
 */
export function stageEachTest<O extends Opened>(open: (target: OwnTarget) => Promise<O>, take: (opened: O) => void, end: () => unknown = () => undefined): void {
  let all: { readonly target: OwnTarget; readonly opened: O } | null = null
  beforeEach(async () => {
    const target = await makeTarget('sqlite')
    all = { target, opened: await open(target) }
    take(all.opened)
  })
  afterEach(async () => {
    await end()
    if (all === null) return
    const { target, opened: { stage } } = all
    await stage.close()
    expect(await check(target)).toEqual([])
    await target.drop()
  })
}
