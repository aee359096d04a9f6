/** How long to wait, and what comes instead. */
export interface Deadline<T> {
  readonly ms: number
  tooLate(): Error
  /** What the promise brings when nobody waits for it any more. */
  readonly onLate?: (value: T) => void
}

/** The promise, or a rejection with `tooLate()` when it has not settled after `ms`. */
export function inTime<T>(promise: Promise<T>, { ms, tooLate, onLate }: Deadline<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      reject(tooLate())
    }, ms)
    const settled = promise.then(value => {
      if (isLate) onLate?.(value)
      else resolve(value)
    }, reject)
    void settled.finally(() => { clearTimeout(timer) })
  })
}
