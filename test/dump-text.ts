import { createHash } from 'node:crypto'

/** The lines of a dump without its end. */
export const linesOf = (text: string): string[] => text.trimEnd().split('\n').slice(0, -1)

/** A dump of these lines, with an end that fits them. */
export function resealed(lines: readonly string[]): string {
  const text = lines.map(line => `${line}\n`).join('')
  return `${text}${JSON.stringify({ rows: lines.filter(line => line.startsWith('{"table"')).length, sha256: createHash('sha256').update(text).digest('hex') })}\n`
}

/** A row as it stands in a dump, by column. */
export type TextRow = Readonly<Record<string, string | number | boolean | null>>

/** A row of a dump as it is written. */
export interface TextLine {
  readonly table: string
  readonly row: TextRow
}

/** A dump whose rows were changed: each to one or more, or to none. */
export function withRows(text: string, change: (line: TextLine) => readonly TextLine[]): string {
  return resealed(linesOf(text).flatMap(line => (line.startsWith('{"table"') ? change(JSON.parse(line) as TextLine).map(changed => JSON.stringify(changed)) : [line])))
}
