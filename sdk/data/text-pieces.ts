import { BrokenText } from './broken-data.js'
import { PieceDecoder } from './text-decoder.js'

/**
 * The text without its byte order mark; no piece ends inside a CRLF or a pair of surrogates. What is good is given
 * before a wrong byte is told, so that the reader knows in which row it is.
 * @throws BrokenText for bytes that are not in the encoding
 */
export async function* textPieces(pieces: AsyncIterable<Uint8Array | string>, encoding: string): AsyncGenerator<string, void, undefined> {
  const decoder = new PieceDecoder(encoding)
  let heldBack = ''
  let isStart = true
  let line = 1
  for await (const piece of withEnd(pieces)) {
    const { text, wrongIn } = typeof piece === 'string' ? { text: piece, wrongIn: null } : decoder.decode(piece)
    let good = heldBack + text
    heldBack = piece === null ? '' : /[\r\ud800-\udbff]$/.exec(good)?.[0] ?? ''
    good = good.slice(isStart && good.startsWith('\ufeff') ? 1 : 0, good.length - heldBack.length)
    isStart &&= good === ''
    const zero = good.indexOf('\0')
    if (zero !== -1) good = good.slice(0, zero)
    yield good
    line += breaksIn(good)
    if (zero !== -1) throw new BrokenText({ line, message: "has a zero byte: this is no text, or it is UTF-16 without a byte order mark, which { encoding: 'utf-16le' } reads." })
    if (wrongIn !== null) throw new BrokenText({ line, message: `has bytes that are not in ${wrongIn}; save it as UTF-8, or name its encoding, as in { encoding: 'windows-1252' }.` })
  }
}

/** The items, and null as their end. */
export async function* withEnd<T>(items: AsyncIterable<T>): AsyncGenerator<T | null, void, undefined> {
  yield* items
  yield null
}

/** How many line breaks a text has: LF, CR or CRLF. */
export function breaksIn(text: string): number {
  return text.match(/\r\n?|\n/g)?.length ?? 0
}
