import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { chooseDriver } from '../prisma/sqlite/drivers.js'

// A data folder as the original Mephisto leaves it: database.db with its tables, and JSON files beside it.

const CREATED = "creation_date TEXT NOT NULL DEFAULT '2024-05-01 10:00:00.000'"
const KEYS = 'task_id INTEGER, task_run_id INTEGER, requester_id INTEGER, task_type TEXT, provider_type TEXT, sandbox INTEGER DEFAULT 0'
const TABLES: readonly string[] = [
  `projects (project_id INTEGER PRIMARY KEY, project_name TEXT NOT NULL UNIQUE, ${CREATED})`,
  `tasks (task_id INTEGER PRIMARY KEY, task_name TEXT NOT NULL UNIQUE, task_type TEXT NOT NULL, project_id INTEGER, parent_task_id INTEGER, ${CREATED})`,
  `requesters (requester_id INTEGER PRIMARY KEY, requester_name TEXT NOT NULL UNIQUE, provider_type TEXT NOT NULL, ${CREATED})`,
  `task_runs (task_run_id INTEGER PRIMARY KEY, task_id INTEGER, requester_id INTEGER, init_params TEXT, is_completed INTEGER, provider_type TEXT, task_type TEXT, sandbox INTEGER, ${CREATED})`,
  `assignments (assignment_id INTEGER PRIMARY KEY, ${KEYS}, ${CREATED})`,
  `units (unit_id INTEGER PRIMARY KEY, assignment_id INTEGER, unit_index INTEGER, pay_amount REAL, status TEXT, agent_id INTEGER, worker_id INTEGER, ${KEYS}, ${CREATED})`,
  `workers (worker_id INTEGER PRIMARY KEY, worker_name TEXT NOT NULL UNIQUE, provider_type TEXT NOT NULL, ${CREATED})`,
  `agents (agent_id INTEGER PRIMARY KEY, worker_id INTEGER, unit_id INTEGER, task_id INTEGER, task_run_id INTEGER, assignment_id INTEGER, task_type TEXT, provider_type TEXT, status TEXT, ${CREATED})`,
  `onboarding_agents (onboarding_agent_id INTEGER PRIMARY KEY, worker_id INTEGER, task_id INTEGER, task_run_id INTEGER, task_type TEXT, status TEXT, ${CREATED})`,
  `qualifications (qualification_id INTEGER PRIMARY KEY AUTOINCREMENT, qualification_name TEXT NOT NULL UNIQUE, description TEXT, ${CREATED})`,
  `granted_qualifications (granted_qualification_id INTEGER PRIMARY KEY AUTOINCREMENT, worker_id INTEGER, qualification_id INTEGER, value INTEGER, update_date TEXT, ${CREATED})`,
  `worker_review (id INTEGER PRIMARY KEY, worker_id INTEGER, unit_id INTEGER, task_id INTEGER, status TEXT, review_note TEXT, bonus INTEGER, blocked_worker INTEGER DEFAULT 0, updated_qualification_id INTEGER, updated_qualification_value INTEGER, revoked_qualification_id INTEGER, ${CREATED})`,
]

type Value = string | number | bigint | null

/** Writes into a data folder of the original. */
export interface OriginalFolder {
  add(table: string, row: Readonly<Record<string, Value>>): void
  /** A JSON file of the run 5000000 of the project `mail`, or any text. */
  file(path: string, content: unknown): void
  close(): void
}

/** An empty data folder of the original. */
export function originalFolder(folder: string): OriginalFolder {
  mkdirSync(folder, { recursive: true })
  const database = chooseDriver().open(join(folder, 'database.db'), 1_000)
  for (const table of TABLES) database.exec(`CREATE TABLE ${table}`)
  return {
    add(table, row) {
      const names = Object.keys(row)
      database.prepare(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`).run(Object.values(row))
    },
    file(path, content) {
      const file = join(folder, 'data', 'runs', 'mail', '5000000', path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
    },
    close: () => { database.close() },
  }
}

/** An id that a JavaScript number has no room for, as most ids of the original are. */
export const ANN_NUMBER = 9_007_199_254_740_993n

/**
 * A run of three items by ann and ben on `mturk`: accepted, rejected, answered by nobody; one unit was given back before.
 * ann is qualified, ben is blocked.
 */
export function filledFolder(folder: string): void {
  const original = originalFolder(folder)
  const { add, file } = original
  add('projects', { project_id: 1_000_001, project_name: 'mail' })
  add('tasks', { task_id: 1_000_002, task_name: 'old mails', task_type: 'static_react_task', project_id: 1_000_001 })
  add('requesters', { requester_id: 1_000_003, requester_name: 'lab', provider_type: 'mturk' })
  add('task_runs', { task_run_id: 5_000_000, task_id: 1_000_002, requester_id: 1_000_003, init_params: '{}', is_completed: 1, provider_type: 'mturk', task_type: 'static_react_task', sandbox: 0 })
  add('workers', { worker_id: ANN_NUMBER, worker_name: 'ann', provider_type: 'mturk' })
  add('workers', { worker_id: 1_000_005, worker_name: 'ben', provider_type: 'mturk' })
  const keys = { task_id: 1_000_002, task_run_id: 5_000_000, requester_id: 1_000_003, task_type: 'static_react_task', provider_type: 'mturk' }
  const work: [item: number, status: string, agent: number | null, worker: bigint | number | null, agentStatus: string][] = [
    [1, 'accepted', 31, ANN_NUMBER, 'approved'], [2, 'rejected', 32, 1_000_005, 'rejected'], [3, 'launched', null, null, ''],
  ]
  for (const [item, status, agent, worker, agentStatus] of work) {
    const assignment = 2_000_000 + item
    add('assignments', { assignment_id: assignment, ...keys, creation_date: `2024-05-01 10:00:0${String(item)}.000` })
    add('units', { unit_id: 3_000_000 + item, assignment_id: assignment, unit_index: 0, pay_amount: 0.25, status, agent_id: agent, worker_id: worker, ...keys })
    file(`${String(assignment)}/assign_data.json`, { shared: { text: `mail ${String(item)} ü😀` }, unit_data: [{}] })
    if (agent === null) continue
    add('agents', { agent_id: agent, worker_id: worker, unit_id: 3_000_000 + item, task_id: 1_000_002, task_run_id: 5_000_000, assignment_id: assignment, task_type: 'static_react_task', provider_type: 'mturk', status: agentStatus })
    file(`${String(assignment)}/${String(agent)}/agent_data.json`, { inputs: { text: 'x' }, outputs: { final_data: { label: item } } })
    file(`${String(assignment)}/${String(agent)}/agent_meta.json`, { task_start: 1_714_557_700, task_end: 1_714_557_700 + 60 * item })
  }
  add('agents', { agent_id: 33, worker_id: 1_000_005, unit_id: 3_000_001, task_id: 1_000_002, task_run_id: 5_000_000, assignment_id: 2_000_001, task_type: 'static_react_task', provider_type: 'mturk', status: 'returned' })
  add('onboarding_agents', { onboarding_agent_id: 41, worker_id: 1_000_005, task_id: 1_000_002, task_run_id: 5_000_000, task_type: 'static_react_task', status: 'approved' })
  add('qualifications', { qualification_name: 'english', description: 'Speaks English' })
  add('granted_qualifications', { worker_id: ANN_NUMBER, qualification_id: 1, value: 7 })
  add('worker_review', { id: 51, worker_id: ANN_NUMBER, unit_id: 3_000_001, task_id: 1_000_002, status: 'approved', review_note: 'Good', creation_date: '2024-05-02 10:00:00.000' })
  add('worker_review', { id: 52, worker_id: 1_000_005, unit_id: 3_000_002, task_id: 1_000_002, status: 'rejected', review_note: 'Spam', blocked_worker: 1, creation_date: '2024-05-02 11:00:00.000' })
  original.close()
}
