import { createHash } from 'node:crypto'
import { bytesText, fileProblem, keptFileName } from '../../data-model/file.js'
import { isMephistoError, MephistoError } from '../../errors.js'
import type { FileRow } from '../../ports/file-operations.js'
import type { FileStore } from '../../ports/file-store.js'

/** Content on its way into a store. */
export interface Keeping {
  readonly key: string
  readonly file: Pick<FileRow, 'name' | 'mediaType'>
  readonly content: AsyncIterable<Uint8Array>
  /** Largest file, bytes. */
  readonly maxBytes: number
}

/** Writes the content and says what came. What the page or its connection throws is thrown; what the store throws is called by its name. */
export async function keepContent(store: FileStore, { key, file, content, maxBytes }: Keeping): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  let ofContent: { readonly error: unknown } | null = null
  async function* counted(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of content) {
        bytes += chunk.byteLength
        checkSize(file, bytes, maxBytes)
        hash.update(chunk)
        yield chunk
      }
    } catch (error) {
      ofContent = { error }
      throw error
    }
  }
  try {
    await store.put(key, counted(), { mediaType: file.mediaType })
  } catch (error) {
    const own = ofContent as { readonly error: unknown } | null
    if (own) throw isMephistoError(own.error) ? own.error : new MephistoError('invalid_input', 'The file broke off on its way; send it again.', { cause: own.error })
    // Without its name: this is logged, and names of files name people.
    throw new MephistoError('unavailable', 'The file could not be kept; nothing was lost on your side. Try again in a moment.', { cause: error })
  }
  return { bytes, sha256: hash.digest('hex') }
}

/** @throws MephistoError `too_large` for more bytes than there may be */
export function checkSize({ name }: { readonly name: string }, bytes: number, maxBytes: number): void {
  const problem = fileProblem({ name: keptFileName(name), mediaType: '', bytes }, { maxBytes })
  if (problem !== null) throw new MephistoError('too_large', `${problem} (${bytesText(bytes)} came, or were announced.)`)
}
