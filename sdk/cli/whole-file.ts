import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { realpath, rename, rm, stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { MephistoError } from '../errors.js'

/**
 * Writes a file whole or not at all: into one beside it, which takes its place, and its permissions, at the end. What is no
 * regular file, such as a pipe or a device, is written as it is. @throws MephistoError `invalid_input` for one that cannot be written
 */
export async function writeWholeFile(file: string, content: Readable): Promise<void> {
  const before = await stat(file).catch(() => null)
  if (before && !before.isFile()) {
    await pipeline(content, createWriteStream(file))
    return
  }
  const target = before ? await realpath(file) : file
  const part = `${target}.${randomUUID()}.part`
  try {
    await pipeline(content, createWriteStream(part, { flags: 'wx', ...(before ? { mode: before.mode } : {}) }))
    await rename(part, target)
  } catch (error) {
    await rm(part, { force: true })
    if (!(error instanceof Error) || !('syscall' in error)) throw error
    throw new MephistoError('invalid_input', `${file}: ${error.message.replaceAll(part, file)}. Name a file that can be written.`, { cause: error })
  }
}
