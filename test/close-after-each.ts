import { afterEach } from 'vitest'

/** Returns a function that keeps what a test opens, and gives it back; it is closed after the test, the last first. */
export function closeAfterEach<C extends { close(): Promise<unknown> }>(): <T extends C>(opened: T) => T {
  const open: C[] = []
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close()
  })
  return opened => {
    open.push(opened)
    return opened
  }
}
