const CODES = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39], cyan: [36, 39] } as const

/** What text can be painted with. */
export type Colour = keyof typeof CODES

/** Paints text, or leaves it as it is. */
export type Paint = (colour: Colour, text: string) => string

/** Whether a stream shows colours: a terminal does, unless NO_COLOR (https://no-color.org) or TERM say that it should not. */
export function showsColours(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): boolean {
  return stream.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'
}

/** How text is painted for a stream. */
export function painterFor(stream: { readonly isTTY?: boolean }): Paint {
  if (!showsColours(stream)) return (_, text) => text
  return (colour, text) => {
    const [on, off] = CODES[colour]
    return `\u001B[${String(on)}m${text}\u001B[${String(off)}m`
  }
}
