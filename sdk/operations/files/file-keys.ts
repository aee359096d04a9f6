import type { FileRow } from '../../ports/file-operations.js'

/** Where a try of a file is in the store. Tries have places of their own, so that none can spoil another. */
export function fileKey({ runId, id }: Pick<FileRow, 'runId' | 'id'>, attempt: number): string {
  return `${runId}/${id}-${String(attempt)}`
}

/** Where any try of a file may have left something. */
export function fileKeys(file: Pick<FileRow, 'runId' | 'id' | 'attempt'>): readonly string[] {
  return Array.from({ length: file.attempt }, (_, index) => fileKey(file, index + 1))
}
