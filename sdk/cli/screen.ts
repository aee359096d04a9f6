import type { OutStream } from './streams.js'

/** Lines on a terminal that each showing replaces. */
export interface Screen {
  /** @param paint is applied to each line when it was made to fit. @default as it is */
  show(lines: readonly string[], paint?: (line: string, index: number) => string): void
}

/** A screen on a terminal; null for a stream that goes to a file or another program. */
export function createScreen(out: OutStream): Screen | null {
  if (out.isTTY !== true) return null
  let shown = 0
  return {
    show(lines, paint = line => line) {
      // A line that the terminal breaks would be two, and stay when the others go; so would one above its upper edge.
      const fitting = lines.flatMap(line => brokenTo(line, widthOf(out))).slice(0, out.rows !== undefined && out.rows > 1 ? out.rows - 1 : undefined)
      out.write(`${shown === 0 ? '' : `\u001B[${String(shown)}A\u001B[0J`}${fitting.map(paint).join('\n')}\n`)
      shown = fitting.length
    },
  }
}

/** How many characters a line may have. Some terminals say that they have no columns. */
export function widthOf({ columns = 0 }: OutStream): number {
  return (columns > 1 ? columns : 80) - 1
}

/** A line as lines that are no longer than this, broken at spaces where there are some. Pure. */
export function brokenTo(line: string, width: number): readonly string[] {
  const lines: string[] = []
  let rest = line
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width)
    const end = space > rest.search(/\S/) ? space : width
    lines.push(rest.slice(0, end))
    // Two spaces set a broken line off, where there is room for more than them.
    rest = `${width > 4 ? '  ' : ''}${rest.slice(end).trimStart()}`
  }
  return [...lines, rest]
}
