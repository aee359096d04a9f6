/** What `work` gives within so many ms; otherwise it is rejected, and what comes later is nobody's business. */
export async function withinMs<T>(ms: number, work: () => T | Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => { reject(new Error(`it took longer than ${String(ms)} ms`)) }, ms)
  })
  try {
    return await Promise.race([Promise.resolve().then(work), tooLate])
  } finally {
    clearTimeout(timer)
  }
}
