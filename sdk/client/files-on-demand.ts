import { loadPart } from './load-part.js'
import type { FileSide } from './session-context.js'
import type { FileActions } from './task-state.js'

/** Files of an attempt. The code for them is loaded when something is in hand at a run that takes some: not later, because a page may be open for long. */
export const filesOnDemand: FileSide = (context, scene, parts) => {
  let loading: Promise<FileActions> | null = null
  const files = (): Promise<FileActions> => (loading ??= loadPart(context, scene, () => import('./uploading.js')).then(({ uploading }) => uploading(context, scene, parts)))
  if (parts.maxFileBytes !== undefined) void files()
  return {
    upload: async (file, options) => (await files()).upload(file, options),
    takeOut(file) { void files().then(({ takeOut }) => { takeOut(file) }) },
  }
}
