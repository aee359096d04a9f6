import { widthOf } from './screen.js'
import type { OutStream } from './streams.js'

const FRAMES = ['|', '/', '-', '\\'] as const
const EVERY_MS = 100
/** What is over sooner says nothing. */
const PATIENCE_MS = 200
const BAR = 30

/** Says what goes on now. */
export type Tell = (text: string) => void

/**
 * Does work while a line at the bottom of the terminal says what goes on; the line is gone when it is over. In a pipe, or where
 * `isQuiet`, nothing is said.
 */
export async function withBusyLine<T>(out: OutStream, { text, isQuiet = false }: { readonly text: string; readonly isQuiet?: boolean }, work: (tell: Tell) => Promise<T>): Promise<T> {
  if (out.isTTY !== true || isQuiet) return work(() => undefined)
  let [now, frame, isShown] = [text, 0, false]
  const began = performance.now()
  let shownAt = -Infinity
  const show = (): void => {
    const at = performance.now()
    if (at - began < PATIENCE_MS || at - shownAt < EVERY_MS) return
    shownAt = at
    isShown = true
    out.write(`\r\u001B[2K${`${FRAMES[(frame += 1) % FRAMES.length] ?? ''} ${now}`.slice(0, widthOf(out))}`)
  }
  const timer = setInterval(show, EVERY_MS)
  try {
    return await work(said => {
      now = said
      // Work that leaves no time for the timer still shows.
      show()
    })
  } finally {
    clearInterval(timer)
    if (isShown) out.write('\r\u001B[2K')
  }
}

/** How much is done of how much, as a bar. Pure. */
export function bar(done: number, of: number): string {
  const share = of === 0 ? 0 : Math.min(1, done / of)
  return `[${'#'.repeat(Math.floor(share * BAR)).padEnd(BAR, '.')}]`
}
