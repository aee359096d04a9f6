import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { diskFiles } from '../../sdk/files/index.js'
import { fileStoreContract } from '../../sdk/testing/index.js'
import { keptIn } from '../files-stage.js'

const folders: string[] = []
afterEach(() => { for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true }) })

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mephisto-disk-'))
  folders.push(folder)
  return folder
}

describe('files on disk', () => {
  fileStoreContract({ test, open: () => Promise.resolve({ store: diskFiles({ folder: join(newFolder(), 'made', 'when needed') }), close: () => Promise.resolve() }) })

  test('leaves nothing of what breaks off, and nobody else can read what is there', async () => {
    const folder = newFolder()
    const store = diskFiles({ folder })
    await expect(store.put('run/one-1', broken(), { mediaType: 'x/y' })).rejects.toThrow('gone')
    expect([...keptIn(folder)]).toEqual([])
    await store.put('run/one-2', [Uint8Array.of(1, 2)] as never, { mediaType: 'x/y' })
    expect([...keptIn(folder)]).toEqual([['run/one-2', 2]])
    expect(statSync(join(folder, 'run/one-2')).mode & 0o077).toBe(0)
    expect(readFileSync(join(folder, 'run/one-2'))).toEqual(Buffer.from([1, 2]))
  })

  test('what a killed process left of a file goes with it', async () => {
    const folder = newFolder()
    const store = diskFiles({ folder })
    await store.put('run/one-1', [Uint8Array.of(1)] as never, { mediaType: 'x/y' })
    writeFileSync(join(folder, 'run/one-1.part'), 'half of it')
    await store.remove('run/one-1')
    expect([...keptIn(folder)]).toEqual([])
  })

  test('a folder that is none is refused at once, one that cannot be written when it is needed', async () => {
    for (const folder of ['', ' ', undefined as never]) expect(() => diskFiles({ folder })).toThrow('diskFiles: folder: must be a folder')
    const file = join(newFolder(), 'a file')
    writeFileSync(file, '')
    chmodSync(file, 0o400)
    await expect(diskFiles({ folder: file }).put('run/one-1', [Uint8Array.of(1)] as never, { mediaType: 'x/y' })).rejects.toThrow(/ENOTDIR|EEXIST/)
  })
})

async function* broken(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Uint8Array.of(1))
  throw new Error('gone')
}
