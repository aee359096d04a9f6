import { isErasedName } from '../../data-model/erasure.js'
import { keptFileName, keptMediaType, type FileRef } from '../../data-model/file.js'
import { isMephistoError, MephistoError } from '../../errors.js'
import type { FileRow } from '../../ports/file-operations.js'
import type { FileStore } from '../../ports/file-store.js'
import type { WorkParts } from '../../ports/work-parts.js'
import type { PlaceFinder } from '../agent-places.js'
import { holdRuns, type RunHold } from '../run-hold.js'
import { fileKey } from './file-keys.js'
import { checkSize, keepContent } from './keep-content.js'

/** A file as a page sends it. */
export interface ArrivingFile {
  /** The page's own id of it: a repeat gets the same reply. */
  readonly uploadId: string
  readonly name: string
  /** Empty where the page does not know it. */
  readonly mediaType: string
  /** As far as it is said beforehand, bytes. */
  readonly announcedBytes: number | null
  readonly content: AsyncIterable<Uint8Array>
}

/** How much an instance takes. */
export interface UploadLimits {
  /** Largest file, bytes. */
  readonly maxBytes: number
  /** Most files of one attempt. */
  readonly maxPerAttempt: number
}

/** Where files go, and how many and how large. */
export interface ReceivingParts extends WorkParts {
  readonly findPlace: PlaceFinder
  readonly store: FileStore
  readonly limits: UploadLimits
}

/** Statuses of attempts that have been answered: nothing can be handed in with an answer any more. */
const ANSWERED: ReadonlySet<string> = new Set(['completed', 'approved', 'soft_rejected', 'rejected'])

/**
 * Takes a file of an attempt: the row first, then the content, which counts once the row says so. Killed in between, the page
 * sends it again under the same id, and what the first try left goes when the file does.
 * @throws MephistoError `too_large`, before the rest of it is read; `conflict` for an attempt that was answered, and for a try that another one
 * overtook; `not_found` for an unknown attempt; `unavailable` when the store does not take it
 */
export async function receiveFile(parts: ReceivingParts, agentId: string, arriving: ArrivingFile): Promise<FileRef> {
  const { db, store, limits, findPlace } = parts
  checkSize(arriving, arriving.announcedBytes ?? 0, limits.maxBytes)
  const { runId } = await findPlace(agentId)
  const file = await holdRuns(parts, [runId], hold => begin(hold, parts, { runId, agentId, arriving }))
  if (file.status !== 'arriving') return fileRef(file)
  const key = fileKey(file, file.attempt)
  const arrived = await keepContent(store, { key, file, content: arriving.content, maxBytes: limits.maxBytes }).catch(async (error: unknown) => {
    // What will never fit does not stand in the way of others.
    if (isMephistoError(error) && error.code === 'too_large') await db.files.takeOut({ id: file.id, attempt: file.attempt, at: await db.now() })
    throw error
  })
  if (await db.files.finish({ id: file.id, attempt: file.attempt, ...arrived, at: await db.now() })) return fileRef({ ...file, ...arrived })
  await store.remove(key)
  throw overtaken()
}

/** A stored file as answers name it. */
export function fileRef({ id, name, mediaType, bytes, sha256 }: FileRow): FileRef {
  return { $file: id, name, mediaType, bytes, sha256 }
}

async function begin(hold: RunHold, { runtime, limits }: ReceivingParts, { runId, agentId, arriving }: { readonly runId: string; readonly agentId: string; readonly arriving: ArrivingFile }): Promise<FileRow> {
  const { tx, at } = hold
  const agent = await tx.agents.get(agentId)
  const worker = agent && await tx.workers.get(agent.workerId)
  if (!worker || isErasedName(worker.externalId)) throw unknownAgent(agentId)
  const known = await tx.files.byClientId(agentId, arriving.uploadId)
  if (known && isGone(known)) throw new MephistoError('not_found', 'This file is not kept any more; choose it again.')
  if (known && known.status !== 'arriving') return known
  if (ANSWERED.has(agent.status)) throw new MephistoError('conflict', 'This item has been answered already; files cannot be added to it.')
  if (known) {
    const attempt = await tx.files.tryAgain(known.id, at)
    if (attempt !== null) return { ...known, attempt }
    // The try before has ended just now.
    const [now] = await tx.files.get([known.id])
    if (now && !isGone(now) && now.status !== 'arriving') return now
    throw overtaken()
  }
  if (await tx.files.count(agentId) >= limits.maxPerAttempt) {
    throw new MephistoError('conflict', `At most ${String(limits.maxPerAttempt)} files can be sent for one item. Leave some out, or let the team raise files.maxPerAttempt.`)
  }
  const [name, mediaType] = [keptFileName(arriving.name), keptMediaType(arriving.mediaType)]
  const id = runtime.newId()
  await tx.files.add({ id, runId, agentId, clientId: arriving.uploadId, name, mediaType, at })
  return { id, runId, agentId, clientId: arriving.uploadId, status: 'arriving', attempt: 1, name, mediaType, bytes: 0, sha256: '', createdAt: at }
}

function isGone({ status }: FileRow): boolean {
  return status === 'discarded' || status === 'removed'
}

function overtaken(): MephistoError {
  return new MephistoError('conflict', 'This file was sent twice at the same time, or its attempt is gone; send it again.')
}

/**
 * Takes a file out that no answer names yet, by its id or the page's own; nothing for any other.
 * @throws MephistoError `not_found` for an unknown attempt
 */
export async function takeOutFile(parts: Omit<ReceivingParts, 'store' | 'limits'>, agentId: string, fileId: string): Promise<boolean> {
  const { runId } = await parts.findPlace(agentId)
  return holdRuns(parts, [runId], async ({ tx, at }) => {
    const file = await tx.files.byClientId(agentId, fileId) ?? (await tx.files.forAttempt(agentId, [fileId]))[0]
    return file !== undefined && tx.files.takeOut({ id: file.id, at })
  })
}

function unknownAgent(agentId: string): MephistoError {
  return new MephistoError('not_found', `There is no agent ${agentId}; the attempt this file belongs to does not exist.`)
}
