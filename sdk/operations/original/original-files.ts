import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isTooDeep } from '../json-text.js'
import { keepable } from './original-values.js'

/** What a file of the original holds, as JSON text. */
export interface OriginalFile {
  /** `null` when there is no file or it cannot be read; a text in JSON when the file is no JSON, or is nested too deep to be kept as such. */
  readonly json: string
  readonly state: 'whole' | 'missing' | 'unreadable'
}

/** Reads the files of one run of the original Mephisto. */
export interface OriginalFiles {
  /** An assignment's item. */
  item(assignmentId: string): Promise<OriginalFile>
  /** What an attempt left behind. */
  answer(assignmentId: string, agentId: string): Promise<OriginalFile>
  /** When an attempt began and ended, epoch ms, where that was written down. */
  times(assignmentId: string, agentId: string): Promise<{ readonly startedAt: number | null; readonly endedAt: number | null }>
}

/** The last instant that there is, in seconds: what an attempt says it began at may be anything. */
const LATEST_S = 8.64e12

/** The files of a run; `project` is null for a task without one. */
export function originalFiles(folder: string, { project, runId }: { readonly project: string | null; readonly runId: string }): OriginalFiles {
  const root = join(folder, 'data', 'runs', project ?? 'NO_PROJECT', runId)
  return {
    item: assignmentId => read(join(root, assignmentId, 'assign_data.json')),
    async answer(assignmentId, agentId) {
      const found = await read(join(root, assignmentId, agentId, 'agent_data.json'))
      return found.state === 'missing' ? read(join(root, assignmentId, agentId, 'state.json')) : found
    },
    async times(assignmentId, agentId) {
      const parsed: unknown = JSON.parse((await read(join(root, assignmentId, agentId, 'agent_meta.json'))).json)
      const seconds = (name: string): number | null => {
        const value = typeof parsed === 'object' && parsed !== null ? (parsed as Readonly<Record<string, unknown>>)[name] : null
        return typeof value === 'number' && value > 0 && value <= LATEST_S ? Math.round(value * 1_000) : null
      }
      return { startedAt: seconds('task_start'), endedAt: seconds('task_end') }
    },
  }
}

async function read(path: string): Promise<OriginalFile> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    return { json: 'null', state: code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'unreadable' }
  }
  try {
    const value: unknown = JSON.parse(text)
    if (!isTooDeep(value)) return { json: JSON.stringify(value, (_, inside: unknown) => (typeof inside === 'string' ? keepable(inside) : inside)), state: 'whole' }
  } catch {
    // Kept as text.
  }
  return { json: JSON.stringify(keepable(text)), state: 'unreadable' }
}
