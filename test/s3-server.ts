import { createHash, createHmac, randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { crc32 } from 'node:zlib'
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import { startServer } from './app-server.js'

/** Calls of S3's REST API that the server answers. */
export type S3Operation = 'put' | 'create' | 'part' | 'complete' | 'abort' | 'list' | 'get' | 'delete'

/** An error of S3's by its code; `reset` breaks the connection while the request comes, `lost` when it was done, `cut` in the middle of the reply. */
export type S3Failure = keyof typeof STATUS | 'reset' | 'lost' | 'cut'

/** A server on this machine that speaks S3's REST wire as far as a store of files needs it, and refuses what is not signed. */
export interface S3Server {
  /** A client of it, whose retries do not wait. */
  client(config?: S3ClientConfig): S3Client
  /** What is in the bucket. */
  readonly objects: Map<string, S3Object>
  /** Keys of multipart uploads that were neither completed nor aborted. */
  openUploads(): string[]
  /** What was asked, in order. */
  readonly asked: S3Operation[]
  /** Fails calls of one kind. @default all of them */
  fail(operation: S3Operation, failure: S3Failure, times?: number): void
  /** Connections that replies are still being sent over. */
  sending(): number
  close(): Promise<void>
}

/** An object of the bucket. */
export interface S3Object {
  readonly mediaType: string
  readonly bytes: number
  /** Empty where the server keeps nothing. */
  readonly content: Buffer
}

interface Part {
  readonly bytes: number
  readonly content: Buffer
  readonly etag: string
  readonly checksum: string | undefined
}

interface Asked {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly url: URL
  readonly key: string
}

interface Upload { readonly key: string; readonly mediaType: string; readonly parts: Map<number, Part> }

const STATUS = {
  AccessDenied: 403, SignatureDoesNotMatch: 403, NoSuchBucket: 404, NoSuchKey: 404, NoSuchUpload: 404, SlowDown: 503, InternalError: 500, PermanentRedirect: 301, NotImplemented: 501,
  BadDigest: 400, InvalidPart: 400, EntityTooSmall: 400, InvalidRange: 416, ExpiredToken: 400,
} as const
const [REGION, ACCESS_KEY, SECRET, LEAST_PART] = ['eu-test-1', 'the-access-key', 'the-secret-key', 5_242_880]

class Refusal extends Error {
  constructor(readonly code: keyof typeof STATUS) { super(code) }
}

/** Starts one that has a bucket; with `keep: false` it checks what comes and forgets the content. */
export async function startS3({ bucket = 'answers', keep = true } = {}): Promise<S3Server> {
  const [objects, uploads, asked] = [new Map<string, S3Object>(), new Map<string, Upload>(), [] as S3Operation[]]
  const failures = new Map<S3Operation, { readonly failure: S3Failure; times: number }>()
  const sending = new Set<ServerResponse>()

  const answers: Readonly<Record<S3Operation, (of: Asked) => Promise<void>>> = {
    async put({ request, response, key }) {
      const part = await bodyOf(request, keep)
      objects.set(key, { mediaType: request.headers['content-type'] ?? '', ...part })
      response.writeHead(200, { etag: part.etag }).end()
    },
    async create({ request, response, key }) {
      await bodyOf(request, keep)
      const id = randomUUID()
      uploads.set(id, { key, mediaType: request.headers['content-type'] ?? '', parts: new Map() })
      xml(response, 200, `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`)
    },
    async part({ request, response, url }) {
      const part = await bodyOf(request, keep)
      uploadOf(url).parts.set(Number(url.searchParams.get('partNumber')), part)
      response.writeHead(200, { etag: part.etag, ...(part.checksum === undefined ? {} : { 'x-amz-checksum-crc32': part.checksum }) }).end()
    },
    async complete({ request, response, url }) {
      const { content: body } = await bodyOf(request, true)
      const upload = uploadOf(url)
      const named = [...String(body).matchAll(/<Part>(.*?)<\/Part>/gs)].map(([, part = '']) => part)
      const parts = named.map(one => {
        const part = upload.parts.get(Number(inside(one, 'PartNumber')))
        if (part === undefined || inside(one, 'ETag')?.replaceAll('&quot;', '"') !== part.etag || inside(one, 'ChecksumCRC32') !== part.checksum) throw new Refusal('InvalidPart')
        return part
      })
      if (parts.length === 0) throw new Refusal('InvalidPart')
      if (parts.slice(0, -1).some(({ bytes }) => bytes < LEAST_PART)) throw new Refusal('EntityTooSmall')
      objects.set(upload.key, { mediaType: upload.mediaType, bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0), content: Buffer.concat(parts.map(({ content }) => content)) })
      uploads.delete(url.searchParams.get('uploadId') ?? '')
      xml(response, 200, '<CompleteMultipartUploadResult><ETag>"whole"</ETag></CompleteMultipartUploadResult>')
    },
    async abort({ request, response, url }) {
      await bodyOf(request, keep)
      uploadOf(url)
      uploads.delete(url.searchParams.get('uploadId') ?? '')
      response.writeHead(204).end()
    },
    async list({ request, response, url }) {
      await bodyOf(request, keep)
      const found = [...uploads].filter(([, { key }]) => key.startsWith(url.searchParams.get('prefix') ?? ''))
      xml(response, 200, `<ListMultipartUploadsResult>${found.map(([id, { key }]) => `<Upload><Key>${key}</Key><UploadId>${id}</UploadId></Upload>`).join('')}</ListMultipartUploadsResult>`)
    },
    async get({ request, response, key }) {
      await bodyOf(request, keep)
      const object = objects.get(key)
      if (object === undefined) throw new Refusal('NoSuchKey')
      const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
      if (first !== undefined && Number(first) >= object.bytes) throw new Refusal('InvalidRange')
      const content = first === undefined ? object.content : object.content.subarray(Number(first), Number(last) + 1)
      sending.add(response.once('close', () => sending.delete(response)))
      response.writeHead(first === undefined ? 200 : 206, {
        'content-length': content.byteLength, 'content-type': object.mediaType,
        ...(first === undefined ? { 'x-amz-checksum-crc32': base64Crc(crc32(content)) } : { 'content-range': `bytes ${first}-${String(last)}/${String(object.bytes)}` }),
      })
      if (failing('get') === 'cut') response.write(content.subarray(0, content.byteLength / 2), () => setTimeout(() => response.destroy(), 20))
      else response.end(content)
    },
    async delete({ request, response, key }) {
      await bodyOf(request, keep)
      objects.delete(key)
      response.writeHead(204).end()
    },
  }

  function uploadOf(url: URL): Upload {
    const upload = uploads.get(url.searchParams.get('uploadId') ?? '')
    if (upload === undefined) throw new Refusal('NoSuchUpload')
    return upload
  }

  function failing(operation: S3Operation): S3Failure | null {
    const plan = failures.get(operation)
    return plan === undefined || plan.times-- <= 0 ? null : plan.failure
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://s3.invalid')
    const [, name = '', key = ''] = /^\/([^/]*)\/?(.*)$/.exec(decodeURIComponent(url.pathname)) ?? []
    const operation = operationOf(request, url)
    asked.push(operation)
    const failure = failures.get(operation)?.failure === 'cut' ? null : failing(operation)
    if (failure === 'reset') {
      for (const event of ['data', 'end']) request.once(event, () => request.socket.destroy())
      return
    }
    try {
      if (!isSigned(request, url)) throw new Refusal('SignatureDoesNotMatch')
      if (name !== bucket) throw new Refusal('NoSuchBucket')
      if (failure === 'lost') response.writeHead = response.end = () => response.destroy()
      else if (failure !== null && failure !== 'cut') throw new Refusal(failure)
      await answers[operation]({ request, response, url, key })
    } catch (error) {
      if (!(error instanceof Refusal)) return void response.destroy()
      request.resume()
      xml(response, STATUS[error.code], `<Error><Code>${error.code}</Code><Message>as the test said</Message></Error>`)
    }
  }

  const { origin, close } = await startServer((request, response) => void answer(request, response))
  const clients: S3Client[] = []
  return {
    objects, asked,
    openUploads: () => [...uploads.values()].map(({ key }) => key),
    fail: (operation, failure, times = Number.POSITIVE_INFINITY) => void failures.set(operation, { failure, times }),
    sending: () => sending.size,
    client(config = {}) {
      const client = new S3Client({ endpoint: origin, forcePathStyle: true, region: REGION, credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET }, ...config })
      clients.push(client)
      return client
    },
    async close() {
      for (const client of clients) client.destroy()
      await close()
    },
  }
}

function operationOf({ method }: IncomingMessage, { searchParams }: URL): S3Operation {
  if (method === 'GET') return searchParams.has('uploads') ? 'list' : 'get'
  if (method === 'DELETE') return searchParams.has('uploadId') ? 'abort' : 'delete'
  if (method === 'POST') return searchParams.has('uploads') ? 'create' : 'complete'
  return searchParams.has('partNumber') ? 'part' : 'put'
}

/** The body, if it is what its headers say of it. */
async function bodyOf(request: IncomingMessage, keep: boolean): Promise<Part> {
  const [hash, pieces] = [createHash('sha256'), [] as Buffer[]]
  let [bytes, crc] = [0, 0]
  for await (const piece of request as AsyncIterable<Buffer>) {
    hash.update(piece)
    crc = crc32(piece, crc)
    bytes += piece.byteLength
    if (keep) pieces.push(piece)
  }
  const [said, checksum] = [request.headers['x-amz-content-sha256'], request.headers['x-amz-checksum-crc32']]
  const sha256 = hash.digest('hex')
  if (said !== 'UNSIGNED-PAYLOAD' && said !== sha256) throw new Refusal('BadDigest')
  if (checksum !== undefined && checksum !== base64Crc(crc)) throw new Refusal('BadDigest')
  return { bytes, content: Buffer.concat(pieces), etag: `"${sha256.slice(0, 32)}"`, checksum: checksum }
}

function base64Crc(crc: number): string {
  const four = Buffer.alloc(4)
  four.writeUInt32BE(crc)
  return four.toString('base64')
}

/** Recomputes the signature (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html). */
function isSigned(request: IncomingMessage, url: URL): boolean {
  const [, accessKey, scope = '', names = '', signature] = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\S+), SignedHeaders=(\S+), Signature=(\w+)$/.exec(request.headers.authorization ?? '') ?? []
  const header = (name: string): string => String(request.headers[name] ?? '')
  const query = [...url.searchParams].map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).sort().join('&')
  const canonical = [request.method, url.pathname, query, ...names.split(';').map(name => `${name}:${header(name)}`), '', names, header('x-amz-content-sha256')].join('\n')
  const text = ['AWS4-HMAC-SHA256', header('x-amz-date'), scope, createHash('sha256').update(canonical).digest('hex')].join('\n')
  const key = scope.split('/').reduce<string | Buffer>((secret, part) => createHmac('sha256', secret).update(part).digest(), `AWS4${SECRET}`)
  return accessKey === ACCESS_KEY && scope.includes(`/${REGION}/s3/`) && createHmac('sha256', key).update(text).digest('hex') === signature
}

function inside(xmlText: string, tag: string): string | undefined {
  return new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(xmlText)?.[1]
}

function xml(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' }).end(`<?xml version="1.0" encoding="UTF-8"?>${body}`)
}
