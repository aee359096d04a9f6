import { usd, type TaskRun } from '../sdk/index.js'
import type { ConsoleStage } from './console-stage.js'
import { odd } from './odd-blueprint.js'
import { OLGA } from './principals.js'

/** One item, two people, and all that they and the team wrote of one kind. */
export interface OddPlay {
  readonly run: TaskRun
  readonly task: string
  readonly project: string
  readonly worker: string
  readonly qualification: string
}

/** A run with these items, each for three people. */
export function launchOdd({ mephisto }: ConsoleStage, data: readonly { readonly text: string }[]): Promise<TaskRun> {
  return mephisto.operator.launch(odd, { task: 'odd', requester: 'lab', provider: 'inhouse', pay: usd('0.12'), unitsPerAssignment: 3, data: [...data] })
}

/**
 * A run in which this text stands everywhere where people can write: titles, items, answers with their names of fields, remarks, notes, messages, and names of projects,
 * qualifications, reviewers and workers. Of two answers one is decided.
 */
export async function playOdd(stage: ConsoleStage, words: string, short = words): Promise<OddPlay> {
  const { mephisto } = stage
  const run = await mephisto.operator.launch(odd, {
    task: short, title: short, description: words, requester: short, provider: 'inhouse', pay: usd('0.12'), unitsPerAssignment: 2, data: [{ text: words }],
  })
  const people = [short, 'ben']
  for (const [index, name] of people.entries()) {
    const task = await stage.worker(name).accept(odd, run)
    stage.pass(60_000)
    await task.remark({ kind: 'feedback', about: 'item', text: words })
    await task.remark({ kind: 'tip', title: short, text: words })
    await task.submit({ said: `${words} ${String(index)}`, mood: index === 0 ? 'glad' : 'annoyed', tree: { [short]: { [short]: [words, { deep: words }], isIt: true } } })
  }
  const writer = { id: 'odd', name: short, roles: ['reviewer'] } as const
  const reviewer = mephisto.caller(writer)
  await mephisto.people.makeQualification(OLGA, { requestId: crypto.randomUUID(), name: short, description: words })
  const { units: [first] } = await reviewer.review.queue({ run: run.id, limit: 1 })
  await reviewer.review.decide({ decisionId: crypto.randomUUID(), unitIds: [first?.unitId ?? ''], verdict: 'approve', note: words, message: words, grants: [{ qualification: short, value: 3 }] })
  const { id: project } = await mephisto.projects.create(OLGA, { requestId: crypto.randomUUID(), name: short })
  await mephisto.projects.move(OLGA, { requestId: crypto.randomUUID(), task: short, project })
  const { worker } = await mephisto.people.worker({ provider: 'inhouse', externalId: short })
  await reviewer.people.block({ requestId: crypto.randomUUID(), people: [{ provider: 'inhouse', externalId: short }], scope: 'task', scopeId: short, reason: words })
  return { run, task: short, project, worker: worker.id, qualification: (await reviewer.people.qualification({ qualification: short })).id }
}
