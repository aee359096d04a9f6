import { MephistoError } from '../errors.js'

/** What a store keeps about a file beside its content. */
export interface StoredContent {
  readonly mediaType: string
}

/** A part of a file, both ends included, counted from 0. */
export interface ByteRange {
  readonly first: number
  readonly last: number
}

/**
 * Where the content of files is: `diskFiles({ folder })`, or one of your own. Keys are made by the SDK, of small letters, digits, dashes
 * and slashes; each is written by one caller, once. Check one of your own with `fileStoreContract` of `mephisto-sdk/testing`.
 */
export interface FileStore {
  readonly specVersion: 1
  /**
   * Keeps content and resolves when it is there for good; without reading more of it than it can write. Rejects with what
   * `content` throws, and then nothing is under the key.
   */
  put(key: string, content: AsyncIterable<Uint8Array>, about: StoredContent): Promise<void>
  /** The content, or a part of it; null where there is none under this key. */
  get(key: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array> | null>
  /** Removes what is under the key; nothing when there is nothing. */
  remove(key: string): Promise<void>
}

const KEY = /^[a-z0-9-]{1,80}(?:\/[a-z0-9-]{1,80}){0,3}$/

/**
 * The key, if the SDK may have made it: none leads out of the place of files.
 * @throws MephistoError `invalid_input` for any other
 */
export function checkFileKey(key: string): string {
  if (!KEY.test(key)) throw new MephistoError('invalid_input', `"${key}" is no key of a file.`)
  return key
}
