import { inspect } from 'node:util'
import { S3Client } from '@aws-sdk/client-s3'
import { describe, expect, test } from 'vitest'
import { s3Files } from '../../adapters/s3.js'
import type { FileStore } from '../../sdk/index.js'
import { fileStoreContract } from '../../sdk/testing/index.js'
import { closeAfterEach } from '../close-after-each.js'
import { startS3, type S3Failure, type S3Operation, type S3Server } from '../s3-server.js'

const ABOUT = { mediaType: 'image/png' }
const [KEY, PART_BYTES, PIECE] = ['run/one-1', 8_388_608, new Uint8Array(65_536).fill(7)]
const keep = closeAfterEach<S3Server>()

async function open(config: { readonly maxAttempts?: number } = {}): Promise<{ readonly server: S3Server; readonly store: FileStore }> {
  const server = keep(await startS3())
  return { server, store: s3Files({ client: server.client(config), bucket: 'answers', prefix: 'mephisto/files' }) }
}

/** Content of so many bytes; it throws at the end if it is told to. */
async function* content(bytes: number, failure?: Error): AsyncGenerator<Uint8Array> {
  for (let left = bytes; left > 0; left -= PIECE.byteLength) yield PIECE.subarray(0, left)
  await Promise.resolve()
  if (failure) throw failure
}

async function sizeOf(stream: AsyncIterable<Uint8Array> | null): Promise<number> {
  let bytes = 0
  for await (const piece of stream ?? []) bytes += piece.byteLength
  return bytes
}

const contractOver = (config: { readonly requestChecksumCalculation?: 'WHEN_REQUIRED' } = {}) => {
  fileStoreContract({
    test,
    async open() {
      const server = await startS3()
      return {
        store: s3Files({ client: server.client(config), bucket: 'answers' }),
        close() {
          expect(server.openUploads()).toEqual([])
          return server.close()
        },
      }
    },
  })
}

describe('files in S3', () => { contractOver() })
describe('files in a service that knows no checksums of AWS', () => { contractOver({ requestChecksumCalculation: 'WHEN_REQUIRED' }) })

describe('an upload', () => {
  test.each([
    [0, ['put']], [PART_BYTES - 1, ['put']], [PART_BYTES, ['create', 'part', 'complete']], [PART_BYTES + 1, ['create', 'part', 'part', 'complete']],
    [3 * PART_BYTES, ['create', 'part', 'part', 'part', 'complete']],
  ])('of %i bytes is one request, or parts of 8 MiB', async (bytes, asked) => {
    const { server, store } = await open()
    await store.put(KEY, content(bytes), ABOUT)
    expect(server.asked).toEqual(asked)
    expect([...server.objects].map(([key, object]) => [key, object.mediaType, object.bytes])).toEqual([['mephisto/files/run/one-1', 'image/png', bytes]])
    expect(await sizeOf(await store.get(KEY))).toBe(bytes)
  })

  test('takes pieces that are larger than a part', async () => {
    const { server, store } = await open()
    const piece = Buffer.alloc(2 * PART_BYTES + 5, 'abc')
    await store.put(KEY, [piece, piece] as never, ABOUT)
    expect(server.objects.get('mephisto/files/run/one-1')?.content.equals(Buffer.concat([piece, piece]))).toBe(true)
  })

  test.each([1_000, PART_BYTES + 1_000, 2 * PART_BYTES])('that breaks off after %i bytes leaves nothing, and says why', async bytes => {
    const { server, store } = await open()
    const failure = new Error('the page is gone')
    await expect(store.put(KEY, content(bytes, failure), ABOUT)).rejects.toBe(failure)
    expect([[...server.objects], server.openUploads(), await store.get(KEY)]).toEqual([[], [], null])
  })

  test.each<[S3Operation, S3Failure, number]>([
    ['put', 'SlowDown', 1_000], ['put', 'reset', 1_000], ['put', 'lost', 1_000], ['create', 'InternalError', PART_BYTES], ['create', 'lost', PART_BYTES], ['part', 'SlowDown', 2 * PART_BYTES],
    ['part', 'reset', 2 * PART_BYTES], ['part', 'lost', 2 * PART_BYTES], ['complete', 'InternalError', PART_BYTES],
  ])('comes through when %s fails once (%s)', async (operation, failure, bytes) => {
    const { server, store } = await open()
    server.fail(operation, failure, 1)
    await store.put(KEY, content(bytes), ABOUT)
    expect(await sizeOf(await store.get(KEY))).toBe(bytes)
    await store.remove(KEY)
    expect([[...server.objects], server.openUploads()]).toEqual([[], []])
  })

  test.each<[S3Operation, S3Failure, number]>([
    ['put', 'SlowDown', 1_000], ['put', 'reset', 1_000], ['put', 'lost', 1_000], ['create', 'SlowDown', PART_BYTES], ['create', 'lost', PART_BYTES], ['part', 'InternalError', 2 * PART_BYTES],
    ['part', 'reset', 2 * PART_BYTES], ['part', 'lost', 2 * PART_BYTES], ['complete', 'SlowDown', PART_BYTES], ['complete', 'lost', PART_BYTES],
  ])('is told as trouble when %s always fails (%s), and nothing is left', async (operation, failure, bytes) => {
    const { server, store } = await open({ maxAttempts: 2 })
    server.fail(operation, failure)
    await expect(store.put(KEY, content(bytes), ABOUT)).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(/^The file store did not answer, or could not do it \(\w+\)\.$/) as string })
    expect([[...server.objects], server.openUploads()]).toEqual([[], []])
  })

  test('that fails tells no log what the request was signed with', async () => {
    const server = keep(await startS3())
    const client = server.client({ credentials: { accessKeyId: 'the-access-key', secretAccessKey: 'the-secret-key', sessionToken: 'the-session-token' } })
    server.fail('put', 'AccessDenied')
    const failure = await s3Files({ client, bucket: 'answers' }).put(KEY, content(5), ABOUT).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'invalid_options', cause: { name: 'AccessDenied', status: 403 } })
    expect(inspect(failure, { depth: 20, showHidden: true })).not.toMatch(/the-session-token|the-secret-key|AWS4-HMAC/)
  })

  test('leaves nothing where open uploads may not be listed either', async () => {
    const { server, store } = await open({ maxAttempts: 2 })
    server.fail('list', 'AccessDenied')
    for (const [operation, failure] of [['complete', 'lost'], ['part', 'SlowDown']] as const) {
      server.fail(operation, failure)
      await expect(store.put(KEY, content(PART_BYTES), ABOUT)).rejects.toMatchObject({ code: 'unavailable' })
      expect([[...server.objects], server.openUploads()]).toEqual([[], []])
    }
  })

  test('that a killed process left open goes with its file, and another one stays', async () => {
    const { server, store } = await open({ maxAttempts: 1 })
    for (const key of [KEY, `${KEY}0`]) {
      server.fail('part', 'SlowDown', 1)
      for (const operation of ['abort', 'list'] as const) server.fail(operation, 'SlowDown', 1)
      await expect(store.put(key, content(PART_BYTES), ABOUT)).rejects.toMatchObject({ code: 'unavailable' })
    }
    expect(server.openUploads()).toEqual(['mephisto/files/run/one-1', 'mephisto/files/run/one-10'])
    await store.remove(KEY)
    expect(server.openUploads()).toEqual(['mephisto/files/run/one-10'])
    await store.put(KEY, content(1), ABOUT)
    await store.remove(`${KEY}0`)
    expect([server.openUploads(), [...server.objects.keys()]]).toEqual([[], ['mephisto/files/run/one-1']])
  })
})

describe('a download', () => {
  test('that breaks off is told as trouble, also before it is read from', async () => {
    const { server, store } = await open()
    await store.put(KEY, content(4_000_000), ABOUT)
    server.fail('get', 'cut')
    for (const waitMs of [0, 200]) {
      const stream = await store.get(KEY)
      await new Promise(resolve => setTimeout(resolve, waitMs))
      await expect(sizeOf(stream)).rejects.toMatchObject({ code: 'unavailable' })
    }
    await expect(store.get(KEY, { first: 10, last: 2_000_000 }).then(sizeOf)).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('that nobody reads on lets its connection go', async () => {
    const { server, store } = await open()
    await store.put(KEY, content(30_000_000), ABOUT)
    for (const range of [undefined, { first: 5, last: 29_000_000 }]) {
      for await (const piece of await store.get(KEY, range) ?? []) if (piece.byteLength > 0) break
      await (await store.get(KEY, range))?.[Symbol.asyncIterator]().return?.()
    }
    await expect.poll(() => server.sending()).toBe(0)
  })

  test('comes through when the service fails once, and is told as trouble when it always does', async () => {
    const { server, store } = await open({ maxAttempts: 2 })
    await store.put(KEY, content(5), ABOUT)
    server.fail('get', 'SlowDown', 1)
    expect(await sizeOf(await store.get(KEY, { first: 1, last: 3 }))).toBe(3)
    for (const operation of ['get', 'delete'] as const) server.fail(operation, 'reset')
    await expect(store.get(KEY)).rejects.toMatchObject({ code: 'unavailable' })
    await expect(store.remove(KEY)).rejects.toMatchObject({ code: 'unavailable' })
  })
})

describe('what the host must mend', () => {
  const doEach = (store: FileStore): (() => Promise<unknown>)[] => [() => store.put(KEY, content(5), ABOUT), () => store.put(KEY, content(PART_BYTES), ABOUT), () => store.get(KEY), () => store.remove(KEY)]
  const expectWrong = async (store: FileStore, message: RegExp): Promise<void> => {
    for (const one of doEach(store)) await expect(one()).rejects.toMatchObject({ code: 'invalid_options', message: expect.stringMatching(message) as string })
  }

  test('is told: the bucket, the credentials', async () => {
    const server = keep(await startS3())
    await expectWrong(s3Files({ client: server.client(), bucket: 'another' }), /^s3Files: bucket: there is no "another" where the client looks; make it, or mend .*\(NoSuchBucket\)\.$/)
    const forged = server.client({ credentials: { accessKeyId: 'the-access-key', secretAccessKey: 'guessed' } })
    await expectWrong(s3Files({ client: forged, bucket: 'answers' }), /^s3Files: client: credentials: .*"answers" \(SignatureDoesNotMatch\)\.$/)
    const none = server.client({ credentials: () => Promise.reject(Object.assign(new Error('no login'), { name: 'CredentialsProviderError' })) })
    await expectWrong(s3Files({ client: none, bucket: 'answers' }), /^s3Files: client: credentials: .*\(CredentialsProviderError\)\.$/)
  })

  test.each<[S3Failure, RegExp]>([['AccessDenied', /credentials: .*\(AccessDenied\)/], ['ExpiredToken', /credentials: .*\(ExpiredToken\)/], ['PermanentRedirect', /region: "answers" is in another one/], ['NotImplemented', /requestChecksumCalculation: "WHEN_REQUIRED"/]])('is told: %s', async (failure, message) => {
    const { server, store } = await open()
    for (const operation of ['put', 'create', 'get', 'list', 'delete'] as const) server.fail(operation, failure)
    await expectWrong(store, message)
  })

  test('content goes although open uploads may not be listed, which is told; a service that has no list of them is one without any', async () => {
    const { server, store } = await open()
    for (const [failure, wanted] of [['AccessDenied', /AccessDenied/], ['NotImplemented', null]] as const) {
      await store.put(KEY, content(5), ABOUT)
      server.fail('list', failure)
      const told = await store.remove(KEY).then(() => null, String)
      expect([server.objects.size, wanted === null ? told : wanted.test(told ?? '')]).toEqual([0, wanted === null ? null : true])
    }
  })

  test('a service that is not there is trouble', async () => {
    const client = new S3Client({ endpoint: 'http://127.0.0.1:1', forcePathStyle: true, region: 'x', maxAttempts: 1, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } })
    for (const one of doEach(s3Files({ client, bucket: 'answers' }))) await expect(one()).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('options that are none are refused at once', () => {
    const client = new S3Client({ region: 'x' })
    const refusal = (options: object): unknown => { try { return s3Files(options as never) } catch (error) { return error } }
    for (const none of [undefined, null, {}, { send: 1 }]) expect(refusal({ client: none, bucket: 'answers' })).toMatchObject({ code: 'invalid_options', message: expect.stringMatching(/^s3Files: client: must be an S3Client/) as string })
    for (const bucket of [undefined, '', 'a', 's3://answers', 'answers/files', 'Ans wers', 5]) expect(refusal({ client, bucket })).toMatchObject({ code: 'invalid_options', message: expect.stringMatching(/^s3Files: bucket: must be/) as string })
    for (const prefix of ['/files', '..', 'a//b', 'a/../b', 'a b', null, 5]) expect(refusal({ client, bucket: 'answers', prefix })).toMatchObject({ code: 'invalid_options', message: expect.stringMatching(/^s3Files: prefix: must look/) as string })
    for (const good of [{}, { prefix: '' }, { prefix: 'files' }, { prefix: 'mephisto/files/' }, { bucket: 'arn:aws:s3:eu-central-1:1:accesspoint/answers' }]) expect(refusal({ client, bucket: 'answers', ...good })).toMatchObject({ specVersion: 1 })
  })
})
