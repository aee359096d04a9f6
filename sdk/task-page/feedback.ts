import { leaveRemark } from '../client/leave-remark.js'
import { FEEDBACK, NOT_SENT } from '../client/remark-text.js'
import type { AskAttempt } from '../client/task-state.js'
import { LONGEST_REMARK, type FeedbackTopic } from '../data-model/remark.js'
import { makeDialog } from './dialog.js'
import { choice, labelled, writing } from './controls.js'
import { button, element } from './elements.js'

/** What feedback on this page needs. */
export interface FeedbackParts {
  /** Where its dialog goes. */
  place(): HTMLElement
  /** Asks by the attempt in hand. */
  ask(): AskAttempt
}

/** A button with which the worker tells the team of something without ending the work. What is written stays until it was sent. */
export function feedbackButton({ place, ask }: FeedbackParts): HTMLButtonElement {
  const [about, text] = [choice('about', FEEDBACK.topics), writing('text', LONGEST_REMARK.feedback)]
  text.required = true
  const made = button(FEEDBACK.short, () => { openFeedback({ place, ask }, about, text) }, { look: 'quiet' })
  made.setAttribute('aria-label', FEEDBACK.open)
  return made
}

function openFeedback({ place, ask }: FeedbackParts, about: HTMLSelectElement, text: HTMLTextAreaElement): void {
  const dialog = makeDialog(FEEDBACK.open)
  const end = (): void => { dialog.close() }
  const problem = element('p', { role: 'alert', class: 'mephisto-problem' })
  const send = element('button', { type: 'submit', class: 'mephisto-button mephisto-button-primary' }, FEEDBACK.send)
  const form = element('form', { class: 'feedback', onsubmit: () => void submit() },
    ...labelled(FEEDBACK.about, about), ...labelled(FEEDBACK.text, text), problem,
    element('div', { class: 'mephisto-actions' }, send, button(FEEDBACK.cancel, end)))
  form.addEventListener('submit', event => { event.preventDefault() })

  async function submit(): Promise<void> {
    if (send.disabled || text.readOnly) return
    send.disabled = true
    problem.textContent = ''
    const said = text.value
    // Until it has arrived it can neither be changed nor be sent again, in this dialog or in the next.
    text.readOnly = true
    try {
      await leaveRemark({ ask: ask() }, { kind: 'feedback', about: about.value as FeedbackTopic, text: said })
      text.value = ''
      const close = button(FEEDBACK.close, end, { look: 'primary' })
      form.replaceWith(element('p', { role: 'status' }, FEEDBACK.thanks), element('div', { class: 'mephisto-actions' }, close))
      close.focus()
    } catch (error) {
      problem.textContent = error instanceof Error ? error.message : NOT_SENT
      send.disabled = false
    } finally {
      text.readOnly = false
    }
  }

  dialog.append(form)
  place().append(dialog)
  dialog.showModal()
  text.focus()
}
