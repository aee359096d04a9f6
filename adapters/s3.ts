import {
  AbortMultipartUploadCommand, CompleteMultipartUploadCommand, CreateMultipartUploadCommand, DeleteObjectCommand, GetObjectCommand,
  ListMultipartUploadsCommand, PutObjectCommand, UploadPartCommand, type CompletedPart, type S3Client,
} from '@aws-sdk/client-s3'
import type { Readable } from 'node:stream'
import { MephistoError } from '../sdk/errors.js'
import { checkFileKey, type FileStore } from '../sdk/ports/file-store.js'

/** Where files are kept in object storage. */
export interface S3FilesOptions {
  /**
   * A client that knows region, endpoint and credentials, and has timeouts (`requestHandler: { requestTimeout: 60_000, throwOnRequestTimeout: true }`):
   * it retries by itself (`maxAttempts`) and stays the host's, who destroys it. A service that does not know the checksums of
   * AWS needs `requestChecksumCalculation: 'WHEN_REQUIRED'`.
   */
  readonly client: S3Client
  /** A bucket that exists and is not public. In one with versioning, a rule must remove old versions, or what was erased stays. */
  readonly bucket: string
  /** Goes before every key, such as `mephisto/files`. @default nothing */
  readonly prefix?: string
}

/** A larger file goes in parts of so much, bytes: S3 takes at least 5 MiB and 10,000 of them, so up to 84 GB. */
const PART_BYTES = 8_388_608

/**
 * Keeps files in a bucket of S3 or of a service that speaks its protocol (Cloudflare R2, MinIO, Backblaze B2). Content streams both ways; an upload
 * holds two parts of 8 MiB at most. The credentials need `s3:GetObject`, `PutObject`, `DeleteObject`, `AbortMultipartUpload`, `ListBucket`
 * (without it S3 says "forbidden" for what is not there) and `ListBucketMultipartUploads` (what a killed process left of a file goes with it).
 * Its methods throw `invalid_options` for a missing bucket, another region and refused credentials, and `unavailable` for all else that the
 * client's retries did not mend. (https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html)
 * @throws MephistoError `invalid_options` for options that are none
 */
export function s3Files({ client, bucket, prefix = '' }: S3FilesOptions): FileStore {
  checkOptions({ client, bucket, prefix })
  const under = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`
  const at = (key: string) => ({ Bucket: bucket, Key: `${under}${checkFileKey(key)}` })
  const told = (error: unknown): never => { throw typed(error, bucket) }
  const abort = (place: ReturnType<typeof at>, UploadId?: string) =>
    client.send(new AbortMultipartUploadCommand({ ...place, UploadId })).catch(unless('NoSuchUpload')).catch(told)
  const drop = (place: ReturnType<typeof at>) => client.send(new DeleteObjectCommand(place)).catch(unless('NoSuchKey')).catch(told)
  const endOpen = async ({ Key: Prefix }: ReturnType<typeof at>): Promise<void> => {
    const found = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix })).catch(unless('NotImplemented')).catch(told)
    for (const { Key, UploadId } of found?.Uploads ?? []) if (Key === Prefix) await abort({ Bucket: bucket, Key }, UploadId)
  }
  const remove = async (key: string): Promise<void> => {
    const place = at(key)
    try {
      await endOpen(place)
    } finally {
      await drop(place)
    }
  }
  return {
    specVersion: 1,
    remove,
    async put(key, content, { mediaType: ContentType }) {
      const place = at(key)
      let UploadId: string | undefined
      try {
        const done: CompletedPart[] = []
        for await (const Body of partsOf(content)) {
          if (UploadId === undefined && Body.byteLength < PART_BYTES) {
            await client.send(new PutObjectCommand({ ...place, ContentType, Body })).catch(told)
            return
          }
          UploadId ??= (await client.send(new CreateMultipartUploadCommand({ ...place, ContentType })).catch(told)).UploadId
          const PartNumber = done.length + 1
          // Its tag and its checksum, whichever the client has chosen.
          done.push({ ...await client.send(new UploadPartCommand({ ...place, UploadId, PartNumber, Body })).catch(told), PartNumber })
        }
        await client.send(new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload: { Parts: done } })).catch(told)
      } catch (error) {
        // What failed may have been done all the same, when only its reply was lost.
        await Promise.allSettled([UploadId !== undefined && abort(place, UploadId), remove(key)])
        throw error
      }
    },
    async get(key, range) {
      const Range = range && `bytes=${String(range.first)}-${String(range.last)}`
      const found = await client.send(new GetObjectCommand({ ...at(key), Range })).catch(unless('NoSuchKey')).catch(told)
      return found && piecesOf(found.Body as Readable, told)
    },
  }
}

function checkOptions({ client, bucket, prefix }: Required<S3FilesOptions>): void {
  const refuse = (problem: string): never => { throw new MephistoError('invalid_options', `s3Files: ${problem}.`) }
  if (typeof (client as Partial<S3Client> | undefined)?.send !== 'function') refuse('client: must be an S3Client of @aws-sdk/client-s3, such as new S3Client({ region: "eu-central-1" })')
  if (typeof bucket !== 'string' || !/^(?:[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]|arn:\S+)$/.test(bucket)) refuse('bucket: must be the name of a bucket, such as "answers-of-people", without s3:// and slashes')
  if (typeof prefix !== 'string' || !/^(?:[\w-][\w.-]*(?:\/[\w-][\w.-]*)*\/?)?$/.test(prefix)) refuse('prefix: must look like "mephisto/files", of letters, digits, dots, dashes and slashes')
}

/** The content in parts of one size, the last one smaller; a single empty one for none. */
async function* partsOf(content: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let [pieces, bytes, isFirst]: [Uint8Array[], number, boolean] = [[], 0, true]
  for await (const piece of content) {
    for (let from = 0; from < piece.byteLength;) {
      const taken = piece.subarray(from, from + PART_BYTES - bytes)
      pieces.push(taken)
      bytes += taken.byteLength
      from += taken.byteLength
      if (bytes < PART_BYTES) continue
      const part = Buffer.concat(pieces);
      [pieces, bytes, isFirst] = [[], 0, false]
      yield part
    }
  }
  if (isFirst || bytes > 0) yield Buffer.concat(pieces)
}

/** A reader who stops early, before the first piece or while one is awaited, lets the connection go. */
function piecesOf(body: Readable, told: (error: unknown) => never): AsyncIterable<Uint8Array> {
  // Without a listener, a connection that breaks before it is read from would end the process.
  body.on('error', () => undefined)
  const pieces = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => pieces.next().catch(told),
      return: () => {
        body.destroy()
        return Promise.resolve({ done: true, value: undefined })
      },
    }),
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error)
}

function unless(name: string): (error: unknown) => null {
  return error => {
    if (nameOf(error) === name) return null
    throw error
  }
}

/** What is the host's to mend, and all else. The client's own error has the request with its signature and session token: no log may have that. */
function typed(error: unknown, bucket: string): MephistoError {
  const name = nameOf(error)
  const { httpStatusCode: status, requestId } = (error as { readonly $metadata?: Partial<Record<'httpStatusCode', number> & Record<'requestId', string>> } | null)?.$metadata ?? {}
  const cause = Object.assign(new Error(error instanceof Error ? error.message : name), { name, status, requestId })
  const wrong = (problem: string) => new MephistoError('invalid_options', `s3Files: ${problem} (${name}).`, { cause })
  if (name === 'NoSuchBucket') return wrong(`bucket: there is no "${bucket}" where the client looks; make it, or mend its name or the client's endpoint`)
  if (status === 301 || name === 'AuthorizationHeaderMalformed') return wrong(`client: region: "${bucket}" is in another one; name that`)
  if (status === 501) return wrong('client: the service does not know what it asks for; try requestChecksumCalculation: "WHEN_REQUIRED"')
  if (status === 401 || status === 403 || /Credentials|Token/.test(name)) return wrong(`client: credentials: there are none, or they may not do this in "${bucket}"`)
  return new MephistoError('unavailable', `The file store did not answer, or could not do it (${name}).`, { cause })
}
