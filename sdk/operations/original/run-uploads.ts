import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { ERASED_TEXT, isErasedName } from '../../data-model/erasure.js'
import { keptFileName, keptMediaType } from '../../data-model/file.js'
import { isMephistoError } from '../../errors.js'
import type { FileRow } from '../../ports/file-operations.js'
import type { FileStore } from '../../ports/file-store.js'
import type { DbOperations } from '../../ports/mephisto-db.js'
import type { WorkParts } from '../../ports/work-parts.js'
import { fileKey } from '../files/file-keys.js'
import { keepContent } from '../files/keep-content.js'
import { holdRuns } from '../run-hold.js'
import { filesOfRun, type OriginalUpload } from './original-files.js'
import { idFor, instantIn, textIn } from './original-values.js'
import type { OriginalGround, OriginalRun } from './run-rows.js'

/** Where files of answers go, and who is told of those that do not. */
export interface UploadParts extends WorkParts {
  /** Null where none was given: files are counted then, and stay where they are. */
  readonly store: FileStore | null
  note(what: string): void
}

/** A file of an attempt that is here. */
interface Upload extends OriginalUpload {
  readonly runId: string
  readonly agentId: string
  /** Its id here: the same in each import. */
  readonly id: string
}

/**
 * Brings in the files of the answers of a run that is here: the row first, then the content, as with files that pages send.
 * Those that are here are left as they are, so repeating it finishes it. Returns how many came in.
 */
export async function bringUploads(parts: UploadParts, ground: OriginalGround, run: OriginalRun): Promise<number> {
  const files = filesOfRun(ground.folder, run)
  let brought = 0
  for (const agent of ground.source.rows('agents', { column: 'task_run_id', value: textIn(run.run, 'task_run_id') })) {
    const agentId = idFor(instantIn(agent), run.id, 'agent', textIn(agent, 'agent_id'))
    for (const upload of await files.uploads(textIn(agent, 'assignment_id'), textIn(agent, 'agent_id'))) {
      if (!upload.isFile) parts.note('files of answers that are no files, but links or the like (left out)')
      else if (await bring(parts, { ...upload, runId: run.id, agentId, id: idFor(instantIn(agent), run.id, 'file', textIn(agent, 'agent_id'), upload.name) })) brought += 1
    }
  }
  return brought
}

/** True for a file that came in now. */
async function bring(parts: UploadParts, upload: Upload): Promise<boolean> {
  const { db, store, note } = parts
  if (store === null) {
    const [known] = await db.files.get([upload.id])
    if (!known) note('files of answers (left out: no file store was given)')
    return false
  }
  const begun = await holdRuns(parts, [upload.runId], ({ tx, at }) => begin(tx, upload, at))
  if (typeof begun === 'string') {
    if (begun !== 'known') note(begun)
    return false
  }
  const key = fileKey(begun, begun.attempt)
  let arrived: { readonly bytes: number; readonly sha256: string }
  try {
    arrived = await keepContent(store, { key, file: begun, content: createReadStream(upload.path), maxBytes: Infinity })
  } catch (error) {
    // The file, and not the store.
    if (!isMephistoError(error) || error.code !== 'invalid_input') throw error
    await db.files.takeOut({ id: begun.id, attempt: begun.attempt, at: await db.now() })
    note('files of answers that cannot be read (left out)')
    return false
  }
  const isIn = await holdRuns(parts, [upload.runId], async ({ tx, at }) => {
    if (!await tx.files.finish({ id: begun.id, attempt: begun.attempt, ...arrived, at })) return false
    await tx.files.handIn(upload.agentId, [begun.id], at)
    return true
  })
  // Another import was faster, or the answer was erased meanwhile.
  if (!isIn) await store.remove(key)
  return isIn
}

/** The row of a file that is to arrive; why there is none to bring in: it is here (`known`), or must stay away, in words. */
async function begin(tx: DbOperations, { id, runId, agentId, name }: Upload, at: number): Promise<FileRow | string> {
  const [known] = await tx.files.get([id])
  if (known && known.status !== 'arriving') return known.status === 'discarded' || known.status === 'removed' ? GONE : 'known'
  const agent = await tx.agents.get(agentId)
  const answers = agent?.unitId ? (await tx.transfer.rows('submission', { column: 'unit_id', ids: [agent.unitId] })).filter(answer => answer['agent_id'] === agentId) : []
  if (!agent || answers.length === 0) return 'files of attempts without an answer (left out)'
  const worker = await tx.workers.get(agent.workerId)
  if (!worker || isErasedName(worker.externalId) || answers.some(answer => answer['answer'] === ERASED_TEXT)) return GONE
  if (known) return { ...known, attempt: await tx.files.tryAgain(id, at) ?? known.attempt }
  const file = { id, runId, agentId, clientId: id, name: keptFileName(basename(name)), mediaType: keptMediaType(mediaTypeOf(name)) }
  await tx.files.add({ ...file, at })
  return { ...file, status: 'arriving', attempt: 1, bytes: 0, sha256: '', createdAt: at }
}

const GONE = 'files of answers that were erased here, or discarded (left out)'

/** The original kept no types; these are what review screens show. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp', mp4: 'video/mp4', webm: 'video/webm', mp3: 'audio/mpeg', wav: 'audio/wav', ogg: 'audio/ogg', pdf: 'application/pdf', txt: 'text/plain', csv: 'text/csv',
}

function mediaTypeOf(name: string): string {
  return MEDIA_TYPES[/\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ''] ?? ''
}
