import { fileProblem, type FileRef } from '../data-model/file.js'
import type { PassView } from '../protocol/worker-views.js'
import { RefusedCall } from './call-errors.js'
import { newId } from './new-id.js'
import type { Scene, SessionContext } from './session-context.js'
import type { FileActions } from './task-state.js'

/** What files are sent with. */
export interface UploadingParts {
  readonly pass: PassView
  /** What the server takes, as far as it has said. */
  readonly maxFileBytes: number | undefined
  /** Something is on its way: the person is not away. */
  onAlive(): void
}

/** Sends files of the attempt until each is answered, and takes them out again. */
export function uploading({ api }: SessionContext, scene: Scene, { pass, maxFileBytes, onAlive }: UploadingParts): FileActions {
  const takeOut = (id: string): void => { void api.takeOut({ id, pass, signal: scene.signal }).catch(() => undefined) }
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
        onAlive()
        onProgress(sentBytes)
      }
      api.upload({ uploadId, file, name, pass, signal: controller.signal, onProgress: progress }).then(resolve, reject).finally(() => {
        scene.signal.removeEventListener('abort', end)
        signal?.removeEventListener('abort', onAbort)
      })
    }),
  }
}
