import type { ReactNode } from 'react'
import type { AnyBlueprint, InferInput } from '../../sdk/blueprints/blueprint.js'
import type { WorkingTask } from '../../sdk/client/task-state.js'
import { answerFieldOf } from '../../sdk/data-model/answer-field-of.js'
import { TaskGate } from '../task-gate.js'
import { TaskShell, type TaskShellProps } from '../task-shell.js'
import { useTask, type UseTaskOptions } from '../use-task.js'
import { answerOf, filledIn } from './answer-values.js'
import type { FillableTask } from './fillable-task.js'
import { ItemView } from './item-view.js'
import { SchemaForm } from './schema-form.js'

/** Props of {@link SchemaTask}. */
export interface SchemaTaskProps<B extends AnyBlueprint> extends UseTaskOptions, Pick<TaskShellProps, 'title' | 'instructions'> {
  readonly blueprint: B
  /** Shows the item. @default its fields by name; addresses of pictures, sound and film as such */
  readonly item?: (input: InferInput<B>) => ReactNode
  /** Below the form: a button for feedback, say. @default nothing */
  readonly children?: (task: WorkingTask<B>) => ReactNode
}

/** A whole task page from a blueprint alone: the item, a form from its output schema, its onboarding in the same way, and every other state. */
export function SchemaTask<B extends AnyBlueprint>({ blueprint, item = input => <ItemView value={input} />, children, title, instructions, ...options }: SchemaTaskProps<B>) {
  const task = useTask(blueprint, options)
  if (task.status === 'working') {
    return (
      <TaskShell task={task} {...title === undefined ? {} : { title }} {...instructions === undefined ? {} : { instructions }}>
        <section aria-label="Item" className="mephisto-card">{item(task.input)}</section>
        <SchemaForm key={task.unitId} task={task as unknown as FillableTask} schema={blueprint.output} />
        {children?.(task)}
      </TaskShell>
    )
  }
  if (task.status === 'onboarding' && blueprint.onboarding) {
    return (
      <main className="mephisto-root mephisto-task">
        <h1 className="mephisto-title">Before you begin</h1>
        <section aria-label="Introduction" className="mephisto-card"><ItemView value={task.input} /></section>
        <SchemaForm key={task.agentId} task={task as unknown as FillableTask} schema={blueprint.onboarding.output} submitLabel="Go on" />
      </main>
    )
  }
  return <TaskGate task={task.status === 'lease_lost' ? { ...task, submitAnyway: () => { task.submitAnyway(formAnswer(blueprint, task.draft) as never) } } : task}>{task.status === 'preview' && task.sample !== null && <section aria-label="Example" className="mephisto-card">{item(task.sample)}</section>}</TaskGate>
}

/** What the form would have handed in: also what is sent when the time has run out. */
function formAnswer({ output }: AnyBlueprint, draft: unknown): unknown {
  const root = answerFieldOf(output)
  return answerOf(root, filledIn(root, draft))
}
