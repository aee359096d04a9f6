import type { RunStatus } from '../../data-model/lifecycle.js'
import { withDatabaseAsItIs } from '../database-choice.js'
import { withDesks, type Desks } from '../desks.js'
import { collected, isEnvironmentsApp, type PlaceChoice } from '../place-choice.js'
import { FILES } from './shell-scripts.js'
import type { Candidate, Wanted } from './wanted.js'

type Look = (desks: Desks, wanted: Wanted) => Promise<readonly Candidate[]>

/** As many as anybody looks through. */
const MOST = 100

/** Runs that a command can do something with; all of them for any other. */
const STATUSES: Readonly<Record<string, RunStatus[]>> = {
  pause: ['running'], resume: ['paused'], drain: ['running', 'paused', 'draining'], expire: ['running', 'paused', 'draining'], archive: ['completed', 'expired', 'failed'], extend: ['running', 'paused', 'draining'],
}

/** Whether a command wants runs that are in lists, or those that are not; all of them for any other. */
const ARCHIVED: Readonly<Record<string, boolean>> = { archive: false, unarchive: true, 'remove-data': true }

const runs: Look = async (desks, { commands }) => {
  const command = commands.at(-1) ?? ''
  const statuses = STATUSES[command]
  const { runs: found } = await desks.runs.list({ limit: MOST, isArchived: ARCHIVED[command] ?? null, ...(statuses === undefined ? {} : { statuses }) })
  return found.map(({ id, task, status, unitsAnswered, unitsTotal }) => ({ value: id, description: `${task}, ${status}, ${String(unitsAnswered)}/${String(unitsTotal)} answered` }))
}

const people: Look = async (desks, { given }) => {
  const by = given.get('by')?.at(-1)
  const { workers } = await desks.people.workers({ limit: MOST, ...(by === undefined || by === 'external-id' ? { provider: given.get('provider')?.at(-1) ?? 'inhouse' } : {}) })
  return workers.map(({ id, externalId, pseudonym, provider }) => (by === 'id' ? { value: id, description: externalId } : by === 'pseudonym' ? { value: pseudonym, description: externalId } : { value: externalId, description: `${provider}, ${pseudonym}` }))
}

const qualifications: Look = async desks => (await desks.people.qualifications({ limit: MOST })).qualifications.map(({ name, description, workers }) => ({ value: name, description: description ?? `${String(workers)} workers` }))

/** What is brought back is archived; what is shown may be either. */
const isArchived = ({ commands, given }: Wanted): boolean | null => (commands.at(-1) === 'archive' ? given.has('undo') : null)
const projects: Look = async (desks, wanted) => (await desks.projects.list({ limit: MOST, isArchived: isArchived(wanted) })).projects.map(({ name, tasks }) => ({ value: name, description: `${String(tasks)} tasks` }))
const tasks: Look = async (desks, wanted) => (await desks.projects.tasks({ limit: MOST, isArchived: isArchived(wanted) })).tasks.map(({ name, blueprintType }) => ({ value: name, description: blueprintType }))
const webhooks: Look = async desks => (await desks.webhooks({}).list({ limit: MOST })).webhooks.map(({ id, url, status }) => ({ value: id, description: `${status}, ${url}` }))

/** What the values of an option or argument of this name are. */
const LOOKS: Readonly<Record<string, Look>> = { run: runs, worker: people, person: people, people, 'external-id': people, qualification: qualifications, project: projects, to: projects, task: tasks, webhook: webhooks }
/** Names of files, by the same names. */
const OF_FILES: ReadonlySet<string> = new Set(['file', 'folder', 'out', 'db', 'schema', 'store', 'data', 'with', 'backup'])

/** How long somebody who pressed a key waits, ms, with the start of this process before it. */
const PATIENCE_MS = 250

/** The words that can stand where the cursor is, those of the database or app among them; none of these where it takes long or fails. */
export async function candidatesFor(wanted: Wanted, env: NodeJS.ProcessEnv = process.env): Promise<readonly Candidate[]> {
  const { name, lead } = wanted
  if (name !== null && OF_FILES.has(name)) return [{ value: FILES, description: '' }]
  const look = name === null ? undefined : LOOKS[nameIn(wanted, name)]
  const typed = wanted.typed.slice(lead.length)
  const found = [...wanted.candidates, ...look ? await inTime(known(look, wanted, env)) : []]
  return found.filter(({ value }) => value.startsWith(typed)).map(({ value, description }) => ({ value: `${lead}${value}`, description }))
}

/** `projects archive` takes a name of either. */
function nameIn({ commands, given }: Wanted, name: string): string {
  if (name !== 'name' || commands.at(-1) !== 'archive') return name
  return given.has('task') ? 'task' : 'project'
}

async function known(look: Look, wanted: Wanted, env: NodeJS.ProcessEnv): Promise<readonly Candidate[]> {
  let found: readonly Candidate[] = []
  await withDesks(placeIn(wanted, env), async desks => { found = await look(desks, wanted) }, withDatabaseAsItIs)
  return found
}

/** The place that was typed, or that the environment names. */
function placeIn({ given }: Wanted, env: NodeJS.ProcessEnv): PlaceChoice {
  const last = (name: string): string | undefined => given.get(name)?.at(-1)
  const [typedDb, typedUrl, dbSchema, prefix] = [last('db'), last('url'), last('dbSchema'), last('prefix')]
  const db = typedDb ?? (typedUrl === undefined ? env['MEPHISTO_DB'] : undefined)
  const url = typedUrl ?? (typedDb === undefined ? env['MEPHISTO_URL'] : undefined)
  const own = isEnvironmentsApp(url, env) ? collected(env['MEPHISTO_HEADER'] ?? '', []) : []
  const headers = given.get('header') ?? own
  return { header: headers, ...(db === undefined ? {} : { db }), ...(url === undefined ? {} : { url }), ...(dbSchema === undefined ? {} : { dbSchema }), ...(prefix === undefined ? {} : { prefix }) }
}

async function inTime(looking: Promise<readonly Candidate[]>): Promise<readonly Candidate[]> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<readonly Candidate[]>(resolve => { timer = setTimeout(() => { resolve([]) }, PATIENCE_MS) })
  // Whatever went wrong, a completion is no place to say so.
  return Promise.race([looking.catch(() => []), late]).finally(() => { clearTimeout(timer) })
}
