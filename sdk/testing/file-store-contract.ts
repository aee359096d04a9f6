import assert from 'node:assert/strict'
import { isMephistoError } from '../errors.js'
import type { FileStore } from '../ports/file-store.js'

/** A test runner's `test`, and how to make the store under test: empty, each time another one. */
export interface FileStoreContractOptions {
  test(name: string, body: () => Promise<void>): void
  open(): Promise<{ readonly store: FileStore; close(): Promise<void> }>
}

const ABOUT = { mediaType: 'image/png' }
const KEY = '0198c0de-0000-7000-8000-000000000001/0198c0de-0000-7000-8000-000000000002-1'
const OTHER = '0198c0de-0000-7000-8000-000000000001/0198c0de-0000-7000-8000-000000000003-1'

/** What every file store must do. Ours run it, and so can others. */
export function fileStoreContract({ test, open }: FileStoreContractOptions): void {
  const withStore = (name: string, body: (store: FileStore) => Promise<void>): void => {
    test(name, async () => {
      const { store, close } = await open()
      try {
        await body(store)
      } finally {
        await close()
      }
    })
  }

  withStore('gives content back as it came, whole and in part', async store => {
    const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7) % 256)
    await store.put(KEY, pieces(bytes, 70_000), ABOUT)
    assert.deepEqual(await content(store, KEY), bytes)
    assert.deepEqual(await content(store, KEY, { first: 0, last: 0 }), bytes.slice(0, 1))
    assert.deepEqual(await content(store, KEY, { first: 69_999, last: 140_000 }), bytes.slice(69_999, 140_001))
    assert.deepEqual(await content(store, KEY, { first: 299_999, last: 299_999 }), bytes.slice(-1))
  })

  withStore('keeps a file without content, and each under its own key', async store => {
    await store.put(KEY, pieces(new Uint8Array(), 1), ABOUT)
    await store.put(OTHER, pieces(Uint8Array.of(1, 2, 3), 1), ABOUT)
    assert.deepEqual(await content(store, KEY), new Uint8Array())
    assert.deepEqual(await content(store, OTHER), Uint8Array.of(1, 2, 3))
    await store.remove(KEY)
    assert.equal(await store.get(KEY), null)
    assert.deepEqual(await content(store, OTHER), Uint8Array.of(1, 2, 3))
  })

  withStore('has nothing under a key that nothing was put under, and removes it without a word', async store => {
    assert.equal(await store.get(KEY), null)
    await store.remove(KEY)
    await store.put(KEY, pieces(Uint8Array.of(1), 1), ABOUT)
    await store.remove(KEY)
    await store.remove(KEY)
    assert.equal(await store.get(KEY), null)
  })

  withStore('keeps nothing of what breaks off, and says why it did', async store => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Uint8Array.of(1, 2, 3)
      await Promise.resolve()
      throw new Error('the connection is gone')
    }
    await assert.rejects(store.put(KEY, broken(), ABOUT), /the connection is gone/)
    assert.equal(await store.get(KEY), null)
    await store.put(KEY, pieces(Uint8Array.of(9), 1), ABOUT)
    assert.deepEqual(await content(store, KEY), Uint8Array.of(9))
  })

  withStore('keeps a large file that comes in pieces', async store => {
    let asked = 0
    async function* counted(): AsyncGenerator<Uint8Array> {
      for (; asked < 64; asked += 1) yield new Uint8Array(262_144)
      await Promise.resolve()
    }
    const source = counted()
    await store.put(KEY, source, ABOUT)
    assert.equal(asked, 64)
    assert.equal((await content(store, KEY)).byteLength, 64 * 262_144)
  })

  withStore('writes many at once', async store => {
    const keys = Array.from({ length: 20 }, (_, index) => `${KEY}${String(index)}`)
    await Promise.all(keys.map((key, index) => store.put(key, pieces(Uint8Array.of(index, index), 1), ABOUT)))
    assert.deepEqual(await Promise.all(keys.map(key => content(store, key))), keys.map((_, index) => Uint8Array.of(index, index)))
  })

  withStore('leads nowhere else by a key', async store => {
    for (const key of ['../secret', '/etc/passwd', 'a/../../b', 'a\\b', '', 'a/./b', '.', 'a\0b']) {
      const refused = await store.put(key, pieces(Uint8Array.of(1), 1), ABOUT).then(() => null, (error: unknown) => error)
      assert.ok(isMephistoError(refused) && refused.code === 'invalid_input', `a key ${JSON.stringify(key)} was taken`)
      await assert.rejects(store.get(key))
      await assert.rejects(store.remove(key))
    }
  })
}

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.slice(at, at + size)
  await Promise.resolve()
}

async function content(store: FileStore, key: string, range?: { first: number; last: number }): Promise<Uint8Array> {
  const stream = await store.get(key, range)
  assert.ok(stream, `nothing is under ${key}`)
  const parts: Uint8Array[] = []
  for await (const part of stream) parts.push(part)
  return Uint8Array.from(Buffer.concat(parts))
}
