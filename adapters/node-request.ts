import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Mephisto } from '../sdk/create-mephisto.js'
import { MephistoError } from '../sdk/errors.js'
import type { EventStream } from '../sdk/ports/event-stream.js'
import { WIRE_HEADER } from '../sdk/protocol/wire-version.js'

/** What an adapter needs of an instance. */
export type HandlerOwner = Pick<Mephisto, 'handler' | 'answerHotCall'>

/** Where a request was found in the host: its path inside the mount and the mount's public address. */
export interface Mounted {
  readonly request: IncomingMessage & { readonly body?: unknown }
  readonly response: ServerResponse
  /** Path and query inside the mount, with a leading slash. */
  readonly innerUrl: string
  readonly baseUrl: string
}

/** Answers a Node request from an instance: the hot calls directly, everything else as Request → Response. */
export async function answerNodeRequest(mephisto: HandlerOwner, mounted: Mounted): Promise<void> {
  const { request, response, innerUrl, baseUrl } = mounted
  const { method = 'GET', headers } = request
  const [path = '', query = ''] = innerUrl.slice(1).split('?', 2)
  const reply = await mephisto.answerHotCall({
    method, path, query, contentType: headers['content-type'], authorization: headers.authorization, wire: headers[WIRE_HEADER]?.toString(), origin: headers.origin, lastEventId: [headers['last-event-id']].flat()[0],
    readBody: maxBytes => readText(request, maxBytes), signal: () => goneSignal(response),
  })
  if (reply) {
    const { status, headers: said, body } = reply
    if (typeof body === 'string') response.writeHead(status, { ...said, 'content-length': Buffer.byteLength(body) }).end(body)
    else writeEvents(body, response.writeHead(status, said))
    return
  }
  await writeResponse(await mephisto.handler(toRequest(mounted, new URL(baseUrl.replace(/\/$/, '') + innerUrl))), response)
}

function toRequest({ request, response }: Mounted, url: URL): Request {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    if (!name.startsWith(':')) for (const one of [value ?? []].flat()) headers.append(name, one)
  }
  const signal = goneSignal(response)
  const method = request.method ?? 'GET'
  if (method === 'GET' || method === 'HEAD') return new Request(url, { method, headers, signal })
  const parsed = parsedBody(request)
  if (method === 'PUT' && typeof parsed === 'string') throw parsedBefore()
  const body = parsed ?? (Readable.toWeb(request) as ReadableStream)
  if (parsed !== null) headers.delete('content-length')
  return new Request(url, { method, headers, body, signal, duplex: 'half' } as RequestInit)
}

/** Ends when whoever asked is gone before all was answered. */
function goneSignal(response: ServerResponse): AbortSignal {
  const abort = new AbortController()
  response.once('close', () => { if (!response.writableFinished) abort.abort() })
  return abort.signal
}

/** Events go straight to the connection: as a body of a Response each would take several times the processor. */
function writeEvents({ open }: EventStream, response: ServerResponse): void {
  // They left while it was asked who they are.
  if (response.destroyed) return
  const { drained, closed } = open({ send: text => { response.write(text) }, waiting: () => response.writableLength, end: () => { response.end() } })
  response.on('drain', drained).once('close', closed).on('error', closed)
}

/** The body as a parser before the mount left it, as it came or as text again; null when nobody has read it. */
function parsedBody(request: Mounted['request']): string | Buffer | null {
  const { body } = request
  if (typeof body === 'string') return body
  if (Buffer.isBuffer(body)) return body
  if (body !== undefined && body !== null && request.readableEnded) return JSON.stringify(body)
  if (request.readableEnded) {
    throw parsedBefore()
  }
  return null
}

function parsedBefore(): MephistoError {
  return new MephistoError('invalid_input', 'A parser before the Mephisto mount has read the request body and kept it. Mount Mephisto before body parsers.')
}

async function readText(request: Mounted['request'], maxBytes: number): Promise<string | null> {
  const parsed = parsedBody(request)
  if (parsed !== null) return Buffer.byteLength(parsed) > maxBytes ? null : parsed.toString('utf8')
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= maxBytes) chunks.push(chunk)
  }
  return size > maxBytes ? null : Buffer.concat(chunks).toString('utf8')
}

/** Headers that are said beside the host's own. */
const ADDED = new Set(['set-cookie', 'vary'])

async function writeResponse(result: Response, response: ServerResponse): Promise<void> {
  response.statusCode = result.status
  // What the mount says of its reply counts, whatever the host says of all of its pages, such as who may have them in a frame.
  for (const [name, value] of result.headers) {
    if (ADDED.has(name)) response.appendHeader(name, value)
    else response.setHeader(name, value)
  }
  if (!result.body) {
    response.end()
    return
  }
  await pipeline(Readable.fromWeb(result.body as Parameters<typeof Readable.fromWeb>[0]), response).catch((error: unknown) => {
    if (!response.destroyed) throw error
  })
}
