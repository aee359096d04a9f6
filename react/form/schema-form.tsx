import { useEffect, useMemo, useRef, useState } from 'react'
import type { AnyBlueprint } from '../../sdk/blueprints/blueprint.js'
import type { ChoiceField, AnswerField } from '../../sdk/data-model/answer-field.js'
import { answerFieldOf } from '../../sdk/data-model/answer-field-of.js'
import { useShortcuts } from '../use-shortcuts.js'
import { answerOf, filledIn, pathText, valueAt, withValue, type Path } from './answer-values.js'
import { FieldView } from './field-view.js'
import type { FillableTask } from './fillable-task.js'
import { FormContext } from './form-context.js'

/** Props of {@link SchemaForm}. */
export interface SchemaFormProps {
  readonly task: FillableTask
  /** The schema of what is handed in: `output` of the blueprint, or of its onboarding. */
  readonly schema: AnyBlueprint['output']
  /** Lead straight to the next item. @default true */
  readonly thenNext?: boolean
  /** @default 'Submit' */
  readonly submitLabel?: string
}

/**
 * A whole form from a zod schema: a control for each field, in the order of the schema, with what is wrong next to it. Labels, help and more come from `meta`: `title`,
 * `description`, `placeholder`, `multiline`, `labels` (what choices are called, by their values). What is filled in is the task's draft, so that it is kept through a reload.
 */
export function SchemaForm({ task, schema, thenNext = true, submitLabel = 'Submit' }: SchemaFormProps) {
  const root = useMemo(() => answerFieldOf(schema), [schema])
  const [sending, setSending] = useState(0)
  const [unread, setUnread] = useState<string | null>(null)
  const form = useRef<HTMLFormElement>(null)
  const isBusy = task.isSubmitting || sending > 0
  const filled = filledIn(root, task.draft)
  const set = (path: Path, value: unknown): void => { task.setDraft(draft => withValue(filledIn(root, draft), path, value) as never) }
  const submit = (): void => {
    if (isBusy) return
    // What a browser cannot read it says is nothing: it would be left out without a word.
    const bad = [...form.current?.elements ?? []].find((one): one is HTMLInputElement => one instanceof HTMLInputElement && one.validity.badInput)
    setUnread(bad?.id ?? null)
    if (bad) bad.focus()
    else task.submit((answerOf(root, filled) ?? null) as never, { thenNext })
  }
  const { problems } = task
  const problemAt = (path: Path): string | undefined => {
    const problem = problems.find(one => one.path === pathText(path))
    // What a schema says of nothing is for whoever wrote it.
    return problem && problem.rule.startsWith('invalid_') && (valueAt(filled, path) ?? null) === null ? 'This is needed.' : problem?.message
  }
  const shown = problems.length === 0 ? [] : pathsOf(root, filled, [])
  const others = problems.filter(({ path }) => !shown.includes(path))
  useEffect(() => { if (problems.length > 0) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus() }, [problems])
  const keyed = root.kind === 'group' ? root.fields.find((field): field is ChoiceField => field.kind === 'choice' && !field.isFolded) : undefined
  useShortcuts({
    'Mod+Enter': submit,
    ...Object.fromEntries((keyed?.options ?? []).map(({ value }, index) => [String(index + 1), () => { if (keyed && !task.isSubmitting) set([keyed.name], value) }])),
  })
  return (
    <FormContext value={{ task, keyed, set, problemAt, unread, isSending: sending > 0, onSending: by => { setSending(count => count + by) } }}>
      <form ref={form} className="mephisto-form" noValidate onSubmit={event => { event.preventDefault(); submit() }}>
        {root.kind === 'group'
          ? root.fields.map(field => <FieldView key={field.name} field={field} path={[field.name]} value={valueAt(filled, [field.name])} />)
          : <FieldView field={{ ...root, label: root.label === '' ? 'Your answer' : root.label }} path={[]} value={filled} />}
        {others.length > 0 && (
          <div role="alert" className="mephisto-notice mephisto-notice-bad"><ul>{others.map(({ path, message }) => <li key={`${path} ${message}`}>{message}</li>)}</ul></div>
        )}
        <div className="mephisto-actions">
          <button type="submit" className="mephisto-button mephisto-button-primary" aria-disabled={isBusy}>{task.isSubmitting ? 'Sending…' : sending > 0 ? 'Files are being sent…' : submitLabel}</button>
        </div>
      </form>
    </FormContext>
  )
}

/** Where problems are shown by the fields themselves. */
function pathsOf(field: AnswerField, value: unknown, path: Path): readonly string[] {
  const within = (inner: readonly AnswerField[]): readonly string[] => inner.flatMap(one => pathsOf(one, valueAt(value, [one.name]), [...path, one.name]))
  switch (field.kind) {
    case 'group': return [...path.length === 0 ? [] : [pathText(path)], ...within(field.fields)]
    case 'variants': return [pathText(path), pathText([...path, field.by]), ...within(field.variants.find(({ option }) => option.value === valueAt(value, [field.by]))?.fields ?? [])]
    case 'list': return [pathText(path), ...(Array.isArray(value) ? value as readonly unknown[] : []).flatMap((item, index) => pathsOf(field.item, item, [...path, index]))]
    default: return [pathText(path)]
  }
}
