import { useEffect, useRef, useState } from 'react'
import { NOT_SENT } from '../../sdk/client/remark-text.js'
import { bytesText, fileProblem, isFileRef, type FileRef } from '../../sdk/data-model/file.js'
import type { FileField } from '../../sdk/data-model/answer-field.js'
import type { ControlProps, FieldViewProps } from './field-props.js'
import { useFormParts } from './form-context.js'

/** A file, which is sent as soon as it is chosen. */
export function FileInput({ field, path, value, control }: FieldViewProps<FileField> & { readonly control: ControlProps }) {
  const { set, task, onSending } = useFormParts()
  const [state, setState] = useState<{ readonly name: string; readonly sent: number; readonly bytes: number } | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const aborting = useRef<AbortController | null>(null)
  useEffect(() => () => { aborting.current?.abort() }, [])

  async function send(file: File): Promise<void> {
    const wrong = fileProblem({ name: file.name, mediaType: file.type, bytes: file.size }, field.limits)
    setProblem(wrong)
    if (wrong !== null) return
    const controller = new AbortController()
    aborting.current = controller
    const show = (sent: number): void => { setState({ name: file.name, bytes: file.size, sent }) }
    show(0)
    onSending(1)
    try {
      set(path, await task.upload(file, { onProgress: show, signal: controller.signal }))
    } catch (error) {
      if (!controller.signal.aborted) setProblem(error instanceof Error ? error.message : NOT_SENT)
    }
    setState(null)
    onSending(-1)
  }

  function takeOut(file: Pick<FileRef, '$file'>): void {
    task.takeOut(file)
    set(path, undefined)
  }

  if (state) {
    return (
      <div className="mephisto-form-file">
        <progress value={state.sent} max={Math.max(1, state.bytes)} aria-label={`${state.name} is being sent`} />
        <span>{state.name}</span>
        <button type="button" className="mephisto-button mephisto-button-quiet" onClick={() => { aborting.current?.abort() }}>Cancel</button>
      </div>
    )
  }
  if (isFileRef(value)) {
    const { name = 'A file', bytes } = value as Partial<FileRef>
    return (
      <div className="mephisto-form-file">
        <span>{name}{bytes === undefined ? '' : ` (${bytesText(bytes)})`}</span>
        <button type="button" className="mephisto-button mephisto-button-quiet" disabled={task.isSubmitting} onClick={() => { takeOut(value) }}>Take out</button>
      </div>
    )
  }
  return (
    <>
      <input
        {...control} type="file" accept={field.limits.accept?.join(',')} disabled={task.isSubmitting}
        onChange={event => {
          const [file] = event.target.files ?? []
          if (file) void send(file)
        }}
      />
      <p role="alert" className="mephisto-problem">{problem}</p>
    </>
  )
}
