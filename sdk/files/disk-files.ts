import { createReadStream } from 'node:fs'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { MephistoError } from '../errors.js'
import { checkFileKey, type FileStore } from '../ports/file-store.js'

/** Where files are kept on disk. */
export interface DiskFilesOptions {
  /** A folder that all processes of the instance share, outside of what any server serves. It is made when the first file comes. */
  readonly folder: string
}

/**
 * Keeps files in a folder, each under its key. A file appears whole or not at all, and is on the disk before `put` resolves.
 * @throws MephistoError `invalid_options` for a folder that is none
 */
export function diskFiles({ folder }: DiskFilesOptions): FileStore {
  if (typeof folder !== 'string' || folder.trim() === '') throw new MephistoError('invalid_options', 'diskFiles: folder: must be a folder, such as "./data/files".')
  const root = isAbsolute(folder) ? folder : resolve(folder)
  const pathOf = (key: string): string => join(root, checkFileKey(key))
  return {
    specVersion: 1,
    async put(key, content) {
      const path = pathOf(key)
      const partial = `${path}.part`
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      try {
        const file = await open(partial, 'w', 0o600)
        try {
          for await (const chunk of content) await file.writeFile(chunk)
          await file.sync()
        } finally {
          await file.close()
        }
        await rename(partial, path)
      } catch (error) {
        await rm(partial, { force: true })
        throw error
      }
      await syncFolder(dirname(path))
    },
    async get(key, range) {
      const path = pathOf(key)
      if (await stat(path).catch(nothing) === null) return null
      return createReadStream(path, range && { start: range.first, end: range.last })
    },
    async remove(key) {
      const path = pathOf(key)
      for (const one of [path, `${path}.part`]) await rm(one, { force: true })
    },
  }
}

function nothing(error: unknown): null {
  if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return null
  throw error
}

/** The name of a file is safe when its folder is; some systems cannot do that, and need not. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}
