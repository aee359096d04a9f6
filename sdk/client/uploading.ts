import { fileProblem, type FileRef } from '../data-model/file.js'
import { RefusedCall } from './call-errors.js'
import { fileCalls, type OutgoingFile } from './file-calls.js'
import { newId } from './new-id.js'
import type { FileSide } from './session-context.js'
import { shaped } from './worker-api.js'

const asFile = shaped<FileRef>(reply => typeof reply['$file'] === 'string')

/** Sends files of the attempt until each is answered, and takes them out again. */
export const uploading: FileSide = ({ api, ways }, scene, { pass, maxFileBytes, onAlive }) => {
  const { passes, until } = api
  const files = fileCalls(ways)
  // With a new token: whoever is refused in the middle of a large file may not hear of it.
  const send = (file: Omit<OutgoingFile, 'agentToken'>): Promise<FileRef> => until(async () => asFile(await files.send({ ...file, agentToken: await passes.renew(pass) })), file.signal)
  const takeOut = (id: string): void => { void until(() => passes.using(pass, agentToken => files.takeOut({ id, agentToken, signal: scene.signal })), scene.signal).catch(() => undefined) }
  return {
    takeOut: ({ $file }) => { takeOut($file) },
    upload: (file, { onProgress = () => undefined, signal } = {}) => new Promise<FileRef>((resolve, reject) => {
      const name = 'name' in file && typeof file.name === 'string' ? file.name : ''
      const problem = maxFileBytes === undefined ? null : fileProblem({ name, mediaType: file.type, bytes: file.size }, { maxBytes: maxFileBytes })
      if (problem !== null) {
        reject(new RefusedCall('too_large', problem, []))
        return
      }
      const uploadId = newId()
      const controller = new AbortController()
      const end = (): void => { controller.abort() }
      const onAbort = (): void => {
        end()
        takeOut(uploadId)
        reject(signal?.reason instanceof Error ? signal.reason : new DOMException('The file was taken out.', 'AbortError'))
      }
      scene.signal.addEventListener('abort', end)
      signal?.addEventListener('abort', onAbort)
      if (signal?.aborted) {
        onAbort()
        return
      }
      const progress = (sentBytes: number): void => {
        onAlive?.()
        onProgress(sentBytes)
      }
      send({ uploadId, file, name, signal: controller.signal, onProgress: progress }).then(resolve, reject).finally(() => {
        scene.signal.removeEventListener('abort', end)
        signal?.removeEventListener('abort', onAbort)
      })
    }),
  }
}
