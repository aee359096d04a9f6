const made = new WeakSet()

/** Whether an error says that a time limit was passed; its words are ours. */
export function isTimeLimit(error: unknown): error is Error {
  return typeof error === 'object' && error !== null && made.has(error)
}

/** What `work` gives within so many ms; otherwise it is rejected, and what comes later is nobody's business. The signal of `work` is aborted when it is rejected. */
export async function withinMs<T>(ms: number, work: (signal: AbortSignal) => T | Promise<T>): Promise<T> {
  const controller = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new Error(`it took longer than ${String(ms)} ms`)
      made.add(error)
      reject(error)
    }, ms)
  })
  try {
    return await Promise.race([Promise.resolve().then(() => work(controller.signal)), tooLate])
  } catch (error) {
    controller.abort(error)
    throw error
  } finally {
    clearTimeout(timer)
  }
}
