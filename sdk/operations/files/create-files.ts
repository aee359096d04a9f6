import type { FileRef } from '../../data-model/file.js'
import { MephistoError } from '../../errors.js'
import type { FileRow } from '../../ports/file-operations.js'
import type { ByteRange, FileStore } from '../../ports/file-store.js'
import type { WorkParts } from '../../ports/work-parts.js'
import type { FileLinkView, RunFilesView } from '../../protocol/data-views.js'
import type { PlaceFinder } from '../agent-places.js'
import { discardFiles } from './discard-files.js'
import { fileKey } from './file-keys.js'
import { createFileTokens } from './file-tokens.js'
import { receiveFile, takeOutFile, type ArrivingFile, type UploadLimits } from './receive-file.js'

/** Where files go, and how many and how large. */
export interface FileOptions extends Partial<UploadLimits> {
  /** Where their content is kept: `diskFiles({ folder })` of `mephisto-sdk/files`, or one of your own. */
  readonly store: FileStore
}

/** Files of answers: what pages send, and what reviewers look at. */
export interface Files {
  /** Takes a file of an attempt. @throws MephistoError as `receiveFile`; `not_found` where the instance keeps no files */
  receive(agentId: string, arriving: ArrivingFile): Promise<FileRef>
  /** Takes a file out that no answer names yet, by its id or the page's own. False for any other. */
  takeOut(agentId: string, fileId: string): Promise<boolean>
  /** The largest file that is taken, bytes; null where none are. */
  readonly maxBytes: number | null
  /** Links to these files; those that are not there are left out. */
  links(fileIds: readonly string[]): Promise<readonly FileLinkView[]>
  /** Files of a run that answers name, with links. */
  ofRun(runId: string, page: { readonly after: string; readonly limit: number }): Promise<RunFilesView>
  /** The file that a link leads to. @throws MephistoError `unauthenticated`, `not_found` */
  find(fileId: string, token: string | null): Promise<FileRow>
  /** The content of a file, or a part of it. @throws MephistoError `not_found` when the store has lost it */
  read(file: FileRow, range?: ByteRange): Promise<AsyncIterable<Uint8Array>>
  /** A round of clearing up. Returns how many files are gone. */
  discard(): Promise<number>
}

interface Parts extends WorkParts {
  readonly findPlace: PlaceFinder
  readonly key: Promise<CryptoKey>
  /** Where the mount is, with a slash at the end. */
  readonly baseUrl: string
}

/** What an instance takes where it is not told otherwise. */
const DEFAULTS: UploadLimits = { maxBytes: 25_000_000, maxPerAttempt: 20 }

/** Files of an instance; without options it keeps none. */
export function createFiles(parts: Parts, options: FileOptions | null): Files {
  const { db, runtime, key, baseUrl, findPlace } = parts
  const tokens = createFileTokens(key, runtime.now)
  if (options === null) {
    return {
      ...NO_FILES,
      async discard() {
        const [left] = await db.files.inStatus('discarded', { after: '', changedBefore: Number.MAX_SAFE_INTEGER, limit: 1 })
        if (left) runtime.logger.error({ fileId: left.id, runId: left.runId }, 'files that were discarded are still in their store: this instance was given no files: { store }, and cannot remove them')
        return 0
      },
    }
  }
  const { store, ...given } = options
  const limits = { ...DEFAULTS, ...given }
  const isThere = ({ status }: FileRow): boolean => status === 'stored' || status === 'handed_in'
  const linkTo = async ({ id }: FileRow): Promise<FileLinkView> => {
    const { token, expiresAt } = await tokens.sign(id)
    return { id, url: `${baseUrl}files/${id}?token=${token}`, expiresAt: new Date(expiresAt).toISOString() }
  }
  return {
    maxBytes: limits.maxBytes,
    takeOut: (agentId, fileId) => takeOutFile({ db, runtime, findPlace }, agentId, fileId),
    receive: (agentId, arriving) => receiveFile({ db, runtime, findPlace, store, limits }, agentId, arriving),
    links: async fileIds => Promise.all((await db.files.get(fileIds)).filter(isThere).map(linkTo)),
    async ofRun(runId, page) {
      const rows = await db.files.ofRun(runId, page)
      const files = await Promise.all(rows.map(async row => ({ ...await linkTo(row), agent: row.agentId, name: row.name, mediaType: row.mediaType, bytes: row.bytes, sha256: row.sha256 })))
      return { files, nextCursor: rows.length < page.limit ? null : rows.at(-1)?.id ?? null }
    },
    async find(fileId, token) {
      await tokens.verify(token, fileId)
      const [file] = await db.files.get([fileId])
      if (!file || !isThere(file)) throw gone()
      return file
    },
    async read(file, range) {
      const content = await store.get(fileKey(file, file.attempt), range)
      if (content === null) throw gone()
      return content
    },
    discard: () => discardFiles({ db, runtime, store }),
  }
}

function gone(): MephistoError {
  return new MephistoError('not_found', 'This file is not kept any more.')
}

const none = (): Promise<never> => Promise.reject(new MephistoError('not_found', 'Files cannot be sent here: createMephisto was given no files: { store }.'))
const NO_FILES: Omit<Files, 'discard'> = { maxBytes: null, takeOut: () => Promise.resolve(false), receive: none, links: () => Promise.resolve([]), ofRun: () => Promise.resolve({ files: [], nextCursor: null }), find: none, read: none }
