/** Lets one holder in at a time, in the order in which they asked. */
export class FifoLock {
  readonly #waiting: (() => void)[] = []
  #held = false

  /** Undefined when the lock was free and is now held; else a promise that resolves when it is the caller's. */
  acquire(): Promise<void> | undefined {
    if (this.#held) return new Promise(resolve => { this.#waiting.push(resolve) })
    this.#held = true
    return undefined
  }

  /** Hands the lock to whoever waited longest. Only the holder may call it, once. */
  release(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#held = false
    else next()
  }
}
