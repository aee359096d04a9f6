import type { Writable } from 'node:stream'

/** Lines on a terminal that each showing replaces. */
export interface Screen {
  show(lines: readonly string[]): void
}

/** A screen on a terminal; null for a stream that goes to a file or another program. */
export function createScreen(out: Writable & { readonly isTTY?: boolean; readonly columns?: number }): Screen | null {
  if (out.isTTY !== true) return null
  let shown = 0
  return {
    show(lines) {
      // A line that wraps would be two, and stay when the others go. Some terminals say that they have no columns.
      const { columns = 0 } = out
      const fitting = lines.map(line => line.slice(0, (columns > 1 ? columns : 80) - 1))
      out.write(`${shown === 0 ? '' : `\u001B[${String(shown)}A\u001B[0J`}${fitting.join('\n')}\n`)
      shown = fitting.length
    },
  }
}
