import type { FileActions } from '../client/task-state.js'
import { bytesText, fileProblem, isFileRef, type FileLimits, type FileRef } from '../data-model/file.js'
import type { Problem } from '../errors.js'
import type { PageField } from '../protocol/html-page.js'
import { button, element } from './elements.js'
import { FILE_LIST_CSS } from './file-list-css.js'
import { controlsOf, type Values } from './form-values.js'
import { styleSheet } from './style-sheet.js'

/** The files of a form: sent as soon as they are chosen, and listed below their controls. */
export interface FileFields {
  /** What stands for them in an answer. */
  values(): Values
  /** Takes in what stands at the controls and was not taken yet: a script of the page put it there, or handed in at once. */
  takeIn(): void
  /** Resolves when nothing is on its way any more. */
  settled(): Promise<void>
  isSending(): boolean
  /** Files that could not be sent, and are still in the list. */
  problems(): readonly Problem[]
}

/** What files of a form are opened with. */
export interface FileFieldsParts {
  actions(): FileActions
  /** What was there before, on this device. */
  readonly draft: Values
  onChange(): void
}

/** Begins to take files at the controls of these fields. */
export function openFileFields(form: HTMLFormElement, fields: readonly PageField[], parts: FileFieldsParts): FileFields {
  const opened = fields.filter(({ value }) => value === 'file').flatMap(field => {
    const control = controlsOf(form).find((one): one is HTMLInputElement => one instanceof HTMLInputElement && one.type === 'file' && one.name === field.name)
    return control ? [openField(control, field, parts)] : []
  })
  return {
    values: () => Object.fromEntries(opened.flatMap(one => one.value())),
    takeIn: () => { for (const one of opened) one.takeIn() },
    settled: async () => { await Promise.all(opened.map(one => one.settled())) },
    isSending: () => opened.some(one => one.isSending()),
    problems: () => opened.flatMap(one => one.problems()),
  }
}

interface Listed {
  readonly row: HTMLElement
  readonly name: string
  ref: FileRef | null
  problem: string | null
  /** Ends its sending. */
  stop(): void
  /** Settles when it is sent, refused or taken out. */
  sent: Promise<void>
}

function openField(control: HTMLInputElement, { name, shape }: PageField, { actions, draft, onChange }: FileFieldsParts) {
  const listed: Listed[] = []
  const list = element('ul', { 'aria-label': 'Files' })
  const host = element('div', { 'data-mephisto-files': name, 'lang': 'en', 'dir': 'ltr' })
  const shadow = host.attachShadow({ mode: 'open' })
  shadow.adoptedStyleSheets = [styleSheet(FILE_LIST_CSS)]
  const status = element('p', { role: 'status', class: 'status' })
  shadow.append(list, status)
  // Not inside of a label: its text is the control's name, and a click on it chooses a file.
  ;(control.closest('label') ?? control).insertAdjacentElement('afterend', host)
  // What is in the list is what counts: the control itself is empty again as soon as it was used.
  const isRequired = control.required
  const limits: FileLimits = {
    accept: control.accept.split(',').map(one => one.trim()).filter(one => one !== ''), ...(control.dataset['maxBytes'] === undefined ? {} : { maxBytes: Number(control.dataset['maxBytes']) }),
  }
  const changed = (): void => {
    control.required = isRequired && listed.length === 0
    host.hidden = listed.length === 0 && status.textContent === ''
    onChange()
  }

  for (const ref of [draft[name]].flat()) if (isFileRef(ref)) addSent(ref as FileRef)
  control.required = isRequired && listed.length === 0
  host.hidden = listed.length === 0
  // After the page's own scripts have looked at what was chosen.
  control.addEventListener('change', () => { setTimeout(takeIn) })

  function takeIn(): void {
    const chosen = [...control.files ?? []]
    if (chosen.length === 0) return
    control.value = ''
    if (shape === 'one') for (const one of [...listed]) takeOut(one)
    for (const file of shape === 'one' ? chosen.slice(0, 1) : chosen) send(file)
    changed()
  }

  function addSent(ref: FileRef): Listed {
    const one: Listed = { row: element('li', {}), name: ref.name, ref, problem: null, stop: () => undefined, sent: Promise.resolve() }
    showSent(one)
    list.append(one.row)
    listed.push(one)
    return one
  }

  function send(file: File): void {
    const one: Listed = { row: element('li', {}), name: file.name, ref: null, problem: fileProblem({ name: file.name, mediaType: file.type, bytes: file.size }, limits), stop: () => undefined, sent: Promise.resolve() }
    list.append(one.row)
    listed.push(one)
    if (one.problem !== null) {
      showProblem(one)
      return
    }
    const controller = new AbortController()
    const bar = element('progress', { 'max': String(Math.max(1, file.size)), 'value': '0', 'aria-label': `Sending ${file.name}` })
    one.stop = () => { controller.abort() }
    showRow(one, bar)
    one.sent = actions().upload(file, { signal: controller.signal, onProgress: sentBytes => { bar.value = sentBytes } }).then(ref => {
      one.ref = ref
      showSent(one)
      say(`${ref.name} was sent.`)
    }, (error: unknown) => {
      if (!listed.includes(one)) return
      one.problem = error instanceof Error ? error.message : 'This file could not be sent.'
      showProblem(one)
    }).then(changed)
  }

  function showSent(one: Listed): void {
    showRow(one, one.ref && element('span', { class: 'size' }, bytesText(one.ref.bytes)))
  }

  function showProblem(one: Listed): void {
    showRow(one, element('span', { class: 'problem' }, one.problem ?? ''))
    say(one.problem ?? '')
  }

  function showRow(one: Listed, about: HTMLElement | null): void {
    const out = button('Remove', () => {
      takeOut(one)
      say(`${one.name} was removed.`)
      control.focus()
      changed()
    })
    out.setAttribute('aria-label', `Remove ${one.name}`)
    one.row.replaceChildren(element('span', { class: 'name' }, one.name), ...(about ? [about] : []), out)
  }

  function takeOut(one: Listed): void {
    one.stop()
    if (one.ref) actions().takeOut(one.ref)
    one.row.remove()
    listed.splice(listed.indexOf(one), 1)
  }

  function say(text: string): void {
    status.textContent = text
    host.hidden = false
  }

  return {
    takeIn,
    value(): (readonly [string, unknown])[] {
      const refs = listed.flatMap(({ ref }) => (ref ? [ref] : []))
      if (shape === 'list') return [[name, refs]]
      return refs[0] ? [[name, refs[0]]] : []
    },
    settled: async () => { await Promise.all(listed.map(({ sent }) => sent)) },
    isSending: () => listed.some(({ ref, problem }) => ref === null && problem === null),
    problems: () => listed.flatMap(({ problem }): Problem[] => (problem === null ? [] : [{ path: `answer.${name}`, rule: 'file', message: problem }])),
  }
}
