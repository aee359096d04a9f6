import { useRef, type ComponentType } from 'react'
import type { AnswerField, ListField } from '../../sdk/data-model/answer-field.js'
import { startOf } from './answer-values.js'
import type { FieldViewProps } from './field-props.js'
import { useFormParts } from './form-context.js'

/** As many of the same as are wanted, one after the other. */
export function ListInput({ field, path, value, itemView: ItemField }: FieldViewProps<ListField> & { readonly itemView: ComponentType<FieldViewProps> }) {
  const { set, task, isSending } = useFormParts()
  const list = useRef<HTMLOListElement>(null)
  const items: readonly unknown[] = Array.isArray(value) ? value : []
  const what = field.label.toLowerCase()
  const focusLast = (): void => { setTimeout(() => { list.current?.lastElementChild?.querySelector<HTMLElement>('input, textarea, select')?.focus() }) }
  return (
    <>
      <ol ref={list} className="mephisto-form-list">
        {items.map((item, index) => (
          // An item has nothing but its place.
          <li key={index}>
            <ItemField field={{ ...field.item, label: `${field.label} ${String(index + 1)}` }} path={[...path, index]} value={item} />
            <button type="button" className="mephisto-button mephisto-button-quiet" disabled={task.isSubmitting || isSending} aria-label={`Take out ${what} ${String(index + 1)}`} onClick={() => { set(path, items.filter((_, place) => place !== index)) }}>Take out</button>
          </li>
        ))}
      </ol>
      {(field.most === null || items.length < field.most) && (
        <button
          type="button" className="mephisto-button" disabled={task.isSubmitting}
          onClick={() => {
            set(path, [...items, emptyOf(field.item)])
            focusLast()
          }}
        >Add {what}
        </button>
      )}
    </>
  )
}

/** What a new item is before anything is filled in; null has no control that shows it as something. */
function emptyOf(item: AnswerField): unknown {
  return startOf(item) ?? (item.kind === 'text' ? '' : item.kind === 'group' ? {} : item.kind === 'list' || item.kind === 'choices' ? [] : null)
}
