import { diskFiles, type FileStore } from '../../sdk/files/index.js'
import { openFilesStage, photos } from '../files-stage.js'
import type { TargetKind } from '../scenarios/promise-open.js'

// A process that takes a file and is killed, as SIGKILL does, when half of it is in the store.

const [kind = 'sqlite', at = '', folder = '', runId = '', uploadId = ''] = process.argv.slice(2)
const disk = diskFiles({ folder })
const store: FileStore = {
  ...disk,
  put: (key, content, about) => disk.put(key, halfOf(content), about),
}
const stage = await openFilesStage({ kind: kind as TargetKind, at }, { folder, store })
const task = await stage.worker('ann').accept(photos, { id: runId })
await task.upload(new Uint8Array(400_000), { name: 'a.png', mediaType: 'image/png', uploadId })

async function* halfOf(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of content) {
    yield piece.slice(0, piece.byteLength / 2)
    process.kill(process.pid, 'SIGKILL')
  }
}
