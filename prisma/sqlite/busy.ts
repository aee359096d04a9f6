import { isBusy } from './errors.js'

const LONGEST_PAUSE_MS = 10

/**
 * Runs `work` again and again while another connection holds the lock it needs, with growing pauses in which the event
 * loop is free. Throws the last driver error when `busyMs` have passed, and any other error at once.
 *
 * @param busyMs how long to keep trying, in milliseconds
 */
export async function whileBusy<Result>(busyMs: number, work: () => Result): Promise<Result> {
  const end = performance.now() + busyMs
  for (let pause = 1; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return work()
    } catch (error) {
      if (!isBusy(error) || performance.now() >= end) throw error
    }
    const wait = pause * (1 + Math.random())
    await new Promise(resolve => { setTimeout(resolve, wait) })
  }
}
