const MARKS: Readonly<Record<string, readonly number[]>> = { 'utf-8': [0xef, 0xbb, 0xbf], 'utf-16le': [0xff, 0xfe], 'utf-16be': [0xfe, 0xff] }
const LONGEST_MARK = 3

/** A text, and the name of the encoding when the bytes behind it are not in it. */
export interface Decoded {
  readonly text: string
  readonly wrongIn: string | null
}

/** Makes text of bytes that come in pieces, in the encoding that a byte order mark says, else in the wanted one. */
export class PieceDecoder {
  #start: Uint8Array = new Uint8Array(0)
  #decoders: readonly [lenient: TextDecoder, strict: TextDecoder] | null = null
  constructor(private readonly wanted: string) {}

  /** The text of the next bytes, with its byte order mark; null is the end. */
  decode(bytes: Uint8Array | null): Decoded {
    if (this.#decoders !== null) return decodeTwice(this.#decoders, bytes)
    this.#start = Buffer.concat([this.#start, bytes ?? new Uint8Array(0)])
    if (bytes !== null && this.#start.length < LONGEST_MARK) return { text: '', wrongIn: null }
    const marked = Object.keys(MARKS).find(name => MARKS[name]?.every((byte, index) => this.#start[index] === byte))
    const decoder = (fatal: boolean) => new TextDecoder(marked ?? this.wanted, { fatal, ignoreBOM: true })
    this.#decoders = [decoder(false), decoder(true)]
    const start = decodeTwice(this.#decoders, this.#start)
    if (bytes !== null || start.wrongIn !== null) return start
    const end = decodeTwice(this.#decoders, null)
    return { ...end, text: start.text + end.text }
  }
}

/**
 * The strict decoder knows that bytes are wrong, and loses the text before them; the lenient one keeps that text and
 * writes U+FFFD in their place. Always in stream mode: Node 20 decodes windows-1252 wrongly without it.
 */
function decodeTwice([lenient, strict]: readonly [TextDecoder, TextDecoder], bytes: Uint8Array | null): Decoded {
  const decodeBy = (decoder: TextDecoder) => (bytes === null ? decoder.decode() : decoder.decode(bytes, { stream: true }))
  const text = decodeBy(lenient)
  try {
    decodeBy(strict)
    return { text, wrongIn: null }
  } catch {
    return { text: text.split('\ufffd', 1)[0] ?? '', wrongIn: strict.encoding }
  }
}
