import { readdir, readFile } from 'node:fs/promises'
import { isAbsolute, join, relative, sep } from 'node:path'
import type { OriginalRow } from '../../ports/original-source.js'
import { isTooDeep } from '../json-text.js'
import { keepable, textIn } from './original-values.js'

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
  /** What was written down about an attempt. */
  meta(assignmentId: string, agentId: string): Promise<AttemptMeta>
  /** What lies in the folder of an attempt beside what the original itself wrote there. */
  uploads(assignmentId: string, agentId: string): Promise<readonly OriginalUpload[]>
}

/** What the original wrote down about an attempt, in `agent_meta.json`. */
export interface AttemptMeta {
  /** When it began and ended, epoch ms, where that is known. */
  readonly startedAt: number | null
  readonly endedAt: number | null
  /** All else that is not empty: tips, feedback, opinions. */
  readonly left: Readonly<Record<string, unknown>>
}

/** A file that a worker sent. */
export interface OriginalUpload {
  /** Its name, with the folder it is in. */
  readonly name: string
  readonly path: string
  /** False for a link or whatever else is no file. */
  readonly isFile: boolean
}

/** The last instant that there is, in seconds: what an attempt says it began at may be anything. */
const LATEST_S = 8.64e12

/** The files of a run of the original; `project` is null for a task without one. */
export function filesOfRun(folder: string, { run, project }: { readonly run: OriginalRow; readonly project: OriginalRow | null }): OriginalFiles {
  const root = join(folder, 'data', 'runs', project ? textIn(project, 'project_name') : 'NO_PROJECT', textIn(run, 'task_run_id'))
  return {
    item: assignmentId => read(join(root, assignmentId, 'assign_data.json')),
    async answer(assignmentId, agentId) {
      const found = await read(join(root, assignmentId, agentId, 'agent_data.json'))
      return found.state === 'missing' ? read(join(root, assignmentId, agentId, 'state.json')) : found
    },
    async meta(assignmentId, agentId) {
      const parsed: unknown = JSON.parse((await read(join(root, assignmentId, agentId, 'agent_meta.json'))).json)
      // Of a damaged file all that there is.
      const { task_start: start, task_end: end, ...rest } = isRecord(parsed) ? parsed : { text: parsed }
      const instant = (value: unknown): number | null => (typeof value === 'number' && value > 0 && value <= LATEST_S ? Math.round(value * 1_000) : null)
      return { startedAt: instant(start), endedAt: instant(end), left: Object.fromEntries(Object.entries(rest).filter(([, value]) => !isEmpty(value))) }
    },
    async uploads(assignmentId, agentId) {
      const folderOfAttempt = join(root, assignmentId, agentId)
      // Names in a database may lead anywhere.
      if (!isInside(folder, folderOfAttempt)) return []
      const entries = await readdir(folderOfAttempt, { withFileTypes: true, recursive: true }).catch(() => [])
      return entries.filter(entry => !entry.isDirectory() && !(entry.parentPath === folderOfAttempt && OWN_FILES.has(entry.name)))
        .map(entry => ({ path: join(entry.parentPath, entry.name), isFile: entry.isFile() })).map(({ path, isFile }) => ({ name: relative(folderOfAttempt, path), path, isFile })).sort((a, b) => (a.name < b.name ? -1 : 1))
    },
  }
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '' && !isAbsolute(way) && !way.split(sep).includes('..')
}

/** What the original itself writes into the folder of an attempt. */
const OWN_FILES: ReadonlySet<string> = new Set(['agent_data.json', 'state.json', 'agent_meta.json'])

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0)
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
