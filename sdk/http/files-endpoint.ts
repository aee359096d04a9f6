import { MephistoError } from '../errors.js'
import type { AgentTokens } from '../operations/agent-tokens.js'
import type { Files } from '../operations/files/create-files.js'
import type { FileRow } from '../ports/file-operations.js'
import type { ByteRange } from '../ports/file-store.js'
import { FILE_HEADERS, FILES_PATH } from '../protocol/file-upload.js'
import { WIRE_HEADER } from '../protocol/wire-version.js'
import { checkWire } from '../rpc/check-wire.js'
import { bearerOf } from './bearer.js'
import { streamed } from './streamed.js'

/** What is asked of the files below the mount. */
export interface FileCall {
  readonly files: Files
  readonly tokens: AgentTokens
  readonly request: Request
  readonly url: URL
  /** Path inside the mount, without a leading slash. */
  readonly path: string
  /** An instance that closes waits for this. */
  during<T>(work: () => Promise<T>): Promise<T>
}

/**
 * Answers what is below `files/`: `PUT files/<id of the page's own>` takes a file of the attempt whose token comes with it, in the
 * shape of a procedure's reply; `DELETE` takes one out that no answer names yet, by either id; `GET files/<id>?token=…` gives one to
 * whoever has a link. Null for any other path.
 */
export function answerFiles({ files, tokens, request, url, path, during }: FileCall): Promise<Response> | null {
  const id = path.startsWith(FILES_PATH) ? path.slice(FILES_PATH.length) : null
  if (id === null || !/^[\w-]{8,64}$/.test(id)) return null
  if (request.method === 'PUT') return upload({ files, tokens, request }, id)
  if (request.method === 'DELETE') return takeOut({ files, tokens, request }, id)
  return request.method === 'GET' || request.method === 'HEAD' ? download({ files, request, url, during }, id) : null
}

async function upload({ files, tokens, request }: Pick<FileCall, 'files' | 'tokens' | 'request'>, uploadId: string): Promise<Response> {
  const agentId = await agentOf({ tokens, request })
  const announced = request.headers.get('content-length')
  const content = contentOf(request.body)
  try {
    const file = await files.receive(agentId, {
      uploadId, name: headerText(request, FILE_HEADERS.name), mediaType: headerText(request, FILE_HEADERS.mediaType),
      announcedBytes: announced === null ? null : Number(announced), content: withoutReturn(content),
    })
    return Response.json({ result: { data: file } }, { headers: { 'cache-control': 'no-store' } })
  } finally {
    await drain(content)
  }
}

async function takeOut({ files, tokens, request }: Pick<FileCall, 'files' | 'tokens' | 'request'>, id: string): Promise<Response> {
  const isOut = await files.takeOut(await agentOf({ tokens, request }), id)
  return Response.json({ result: { data: { isOut } } }, { headers: { 'cache-control': 'no-store' } })
}

async function agentOf({ tokens, request }: Pick<FileCall, 'tokens' | 'request'>): Promise<string> {
  checkWire(request.headers.get(WIRE_HEADER))
  const token = bearerOf(request.headers.get('authorization'))
  if (token === null) throw new MephistoError('unauthenticated', 'A file comes with the token of its attempt.')
  return (await tokens.verify(token)).agentId
}

/** What is left of it can still be read when its reader has stopped. */
function withoutReturn(content: AsyncGenerator<Uint8Array>): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => ({ next: () => content.next() }) }
}

/** Who still sends does not hear the reply: so much more is read and forgotten, bytes. */
const DRAINED_BYTES = 64_000_000

async function drain(content: AsyncGenerator<Uint8Array>): Promise<void> {
  try {
    let bytes = 0
    for await (const piece of content) if ((bytes += piece.byteLength) > DRAINED_BYTES) return
  } catch {
    // It broke off: nobody waits for a reply.
  }
}

function headerText({ headers }: Request, name: string): string {
  try {
    return decodeURIComponent(headers.get(name) ?? '')
  } catch (cause) {
    throw new MephistoError('invalid_input', `The header ${name} must be written as encodeURIComponent does.`, { cause })
  }
}

async function* contentOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  if (body === null) return
  const reader = body.getReader()
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

async function download({ files, request, url, during }: Pick<FileCall, 'files' | 'request' | 'url' | 'during'>, fileId: string): Promise<Response> {
  const file = await files.find(fileId, url.searchParams.get('token'))
  const range = rangeOf(request.headers.get('range'), file.bytes)
  if (range === 'beyond') return new Response(null, { status: 416, headers: { 'content-range': `bytes */${String(file.bytes)}` } })
  const length = range === null ? file.bytes : range.last - range.first + 1
  const headers = {
    ...headersOf(file), 'content-length': String(length),
    ...(range === null ? {} : { 'content-range': `bytes ${String(range.first)}-${String(range.last)}/${String(file.bytes)}` }),
  }
  const body = request.method === 'HEAD' ? null : streamed({ pieces: (await files.read(file, range ?? undefined))[Symbol.asyncIterator](), during })
  return new Response(body, { status: range === null ? 200 : 206, headers })
}

/** What browsers show by themselves and no script can be in. All else is saved. */
const SHOWN = /^(?:image\/(?:png|jpeg|gif|webp|avif|bmp)|audio\/[\w.+-]+|video\/[\w.+-]+|text\/plain)$/

/** Whatever a worker sent runs nowhere: it has the type it was sent with, in a sandbox of its own. */
function headersOf({ name, mediaType }: FileRow): Record<string, string> {
  const disposition = SHOWN.test(mediaType) ? 'inline' : 'attachment'
  return {
    'content-type': mediaType === 'text/plain' ? 'text/plain; charset=utf-8' : mediaType, 'accept-ranges': 'bytes', 'cache-control': 'private, no-store', 'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'", 'referrer-policy': 'no-referrer',
    // RFC 6266: a plain name for old programs, and the whole one.
    'content-disposition': `${disposition}; filename="${name.replace(/[^\x20-\x7e]|["\\%]/g, '_')}"; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)}`,
  }
}

/** The one range that is asked for (RFC 9110, section 14): null for the whole, also for what is not understood. */
function rangeOf(header: string | null, bytes: number): ByteRange | 'beyond' | null {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (from === '' && to === '') return null
  const range = from === '' ? { first: Math.max(0, bytes - Number(to)), last: bytes - 1 } : { first: Number(from), last: to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1) }
  return range.first > range.last ? 'beyond' : range
}
