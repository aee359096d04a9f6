import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MephistoError } from '../../errors.js'

/** A page that was read from a file. */
export interface PageFile {
  /** Named in messages. */
  readonly path: string
  readonly html: string
}

/** An HTML page: its text, or `file('page.html')`. */
export type PageSource = string | PageFile

/**
 * Reads a page: `file(new URL('tweet.html', import.meta.url))`, or a path from where the process was started.
 * @throws MephistoError `invalid_options` for a file that is not there, or is not UTF-8
 */
export function file(path: string | URL): PageFile {
  const whole = typeof path === 'string' ? resolve(path) : fileURLToPath(path)
  try {
    return { path: whole, html: new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(whole)) }
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    const why = isMissing ? 'there is no such file; mind that a path is looked up from where the process was started, and new URL(\'page.html\', import.meta.url) from beside the code'
      : cause instanceof TypeError ? 'it is not UTF-8 text' : cause instanceof Error ? cause.message : String(cause)
    throw new MephistoError('invalid_options', `The page ${whole} cannot be read: ${why}.`, { cause })
  }
}
