import type { FileRow } from '../../ports/file-operations.js'
import type { FileStore } from '../../ports/file-store.js'
import type { WorkParts } from '../../ports/work-parts.js'
import { fileKeys } from './file-keys.js'

/** A file that no answer names goes so long after its attempt is over, ms: as long as the shortest-lived token can bring a late answer. */
const UNNAMED_MS = 8 * 86_400_000
/** For so long a process that is cut off may still be writing what was removed already, ms. */
const WRITING_MS = 86_400_000
const PORTION = 200

interface Parts extends WorkParts {
  readonly store: FileStore
}

/**
 * Removes the content of files that were discarded, erased ones among them, and of those that no answer has named for long. The row
 * goes a day later, after the content was removed once more: an upload that was under way may have brought it back. What the store
 * does not remove is tried again in the next round. Returns from how many files the content is gone now.
 */
export async function discardFiles(parts: Parts): Promise<number> {
  const { db } = parts
  const at = await db.now()
  while (await db.files.discardUnnamed({ before: at - UNNAMED_MS, at }, PORTION) === PORTION);
  const gone = await removeEach(parts, { status: 'discarded', changedBefore: Number.MAX_SAFE_INTEGER }, ids => db.files.noteRemoved(ids, at))
  await removeEach(parts, { status: 'removed', changedBefore: at - WRITING_MS }, ids => db.files.forget(ids))
  return gone
}

async function removeEach(parts: Parts, { status, changedBefore }: { readonly status: 'discarded' | 'removed'; readonly changedBefore: number }, note: (ids: readonly string[]) => Promise<void>): Promise<number> {
  let gone = 0
  for (let after: string | undefined = ''; after !== undefined;) {
    const files: readonly FileRow[] = await parts.db.files.inStatus(status, { after, changedBefore, limit: PORTION })
    const removed: string[] = []
    for (const file of files) if (await remove(parts, file)) removed.push(file.id)
    await note(removed)
    gone += removed.length
    after = files.at(-1)?.id
  }
  return gone
}

async function remove({ runtime, store }: Parts, file: FileRow): Promise<boolean> {
  try {
    for (const key of fileKeys(file)) await store.remove(key)
    return true
  } catch (error) {
    runtime.logger.error({ err: error, fileId: file.id, runId: file.runId }, 'a file could not be removed from the file store; the next round tries again')
    return false
  }
}
