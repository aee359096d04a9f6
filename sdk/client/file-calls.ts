import { FILE_HEADERS, FILES_PATH } from '../protocol/file-upload.js'
import { ConnectionTrouble, RefusedCall } from './call-errors.js'
import { pageHeaders } from './page-headers.js'
import { dataOf, type CallWays, type ReplyBody } from './worker-calls.js'

/** A file on its way. */
export interface OutgoingFile {
  /** The page's own id of it: sent again, it is the same file. */
  readonly uploadId: string
  readonly file: Blob
  readonly name: string
  readonly agentToken: string
  /** Ends the try. */
  readonly signal: AbortSignal
  /** Called with the bytes that are sent so far; not at all where the page cannot know. */
  onProgress(sentBytes: number): void
}

/** A file that is to be taken out. */
export interface FileToTakeOut {
  /** The server's id of it, or the page's own. */
  readonly id: string
  readonly agentToken: string
  readonly signal: AbortSignal
}

/** Calls about files, each tried once. They reject with RefusedCall for a definite no, and ConnectionTrouble for all else. */
export interface FileCalls {
  send(outgoing: OutgoingFile): Promise<unknown>
  takeOut(file: FileToTakeOut): Promise<unknown>
}

/** A try in which nothing has moved for this long counts as trouble, ms. */
const SILENCE_MS = 30_000

/** Sends files by XMLHttpRequest, the only thing in a browser that says how far it is; by fetch where that is not there. */
export function fileCalls(options: CallWays): FileCalls {
  const urlOf = (id: string): string => `${options.baseUrl}${FILES_PATH}${encodeURIComponent(id)}`
  return {
    send: ({ uploadId, name, file, agentToken, signal, onProgress }) => answered(async () => {
      const headers = {
        ...pageHeaders(agentToken), 'content-type': 'application/octet-stream', [FILE_HEADERS.name]: encodeURIComponent(name), [FILE_HEADERS.mediaType]: encodeURIComponent(file.type),
      }
      if (typeof XMLHttpRequest === 'undefined') return byFetch(options.fetch, { url: urlOf(uploadId), method: 'PUT', headers, file, signal })
      const controller = new AbortController()
      const abort = (): void => { controller.abort() }
      signal.addEventListener('abort', abort)
      if (signal.aborted) abort()
      let cancelTimeout = options.clock.after(SILENCE_MS, abort)
      const alive = (sentBytes: number): void => {
        cancelTimeout()
        cancelTimeout = options.clock.after(SILENCE_MS, abort)
        onProgress(sentBytes)
      }
      return byXhr({ url: urlOf(uploadId), method: 'PUT', headers, file, signal: controller.signal }, alive).finally(() => {
        cancelTimeout()
        signal.removeEventListener('abort', abort)
      })
    }),
    takeOut: ({ id, agentToken, signal }) => answered(() => byFetch(options.fetch, { url: urlOf(id), method: 'DELETE', headers: pageHeaders(agentToken), signal })),
  }
}

async function answered(call: () => Promise<Sent>): Promise<unknown> {
  try {
    const { status, text } = await call()
    // Whoever says so, the server or one in front of it: the same file will not fit the next time either.
    const reply = status === 413 && !text.startsWith('{') ? TOO_LARGE : JSON.parse(text) as ReplyBody
    return dataOf({ status, ok: status >= 200 && status < 300 }, reply)
  } catch (cause) {
    if (cause instanceof RefusedCall || cause instanceof ConnectionTrouble) throw cause
    throw new ConnectionTrouble('The server could not be reached.', { cause })
  }
}

const TOO_LARGE: ReplyBody = { error: { message: 'This file is too large for the server. Choose a smaller one.', data: { mephistoCode: 'too_large' } } }

interface Sending {
  readonly url: string
  readonly method: 'PUT' | 'DELETE'
  readonly headers: Readonly<Record<string, string>>
  readonly file?: Blob
  readonly signal: AbortSignal
}

interface Sent {
  readonly status: number
  readonly text: string
}

async function byFetch(send: typeof fetch, { url, method, headers, file, signal }: Sending): Promise<Sent> {
  const response = await send(url, { method, headers, ...(file === undefined ? {} : { body: file }), credentials: 'omit', cache: 'no-store', signal })
  return { status: response.status, text: await response.text() }
}

function byXhr({ url, method, headers, file, signal }: Sending, onProgress: (sentBytes: number) => void): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const failed = (): void => { reject(new ConnectionTrouble('The server could not be reached.')) }
    request.open(method, url)
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.upload.onprogress = ({ loaded }) => { onProgress(loaded) }
    request.onload = () => { resolve({ status: request.status, text: request.responseText }) }
    request.onerror = failed
    request.onabort = failed
    signal.addEventListener('abort', () => { request.abort() })
    if (signal.aborted) failed()
    else request.send(file)
  })
}
