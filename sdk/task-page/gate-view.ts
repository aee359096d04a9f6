import type { Gate, GateStep } from '../client/gate.js'
import { receiptText } from '../client/receipt-text.js'
import type { Problem } from '../errors.js'
import type { ProgressView, SubmitReply } from '../protocol/worker-views.js'
import { button, element } from './elements.js'
import { NOT_COMPLETE, PROGRESS_LABEL } from '../client/task-text.js'

/** A gate as a card; the one thing to do next comes last, so that it can be given the focus. */
export function gateView(gate: Gate, { withSample }: { readonly withSample: boolean }): HTMLElement {
  const { heading, receipt, texts, facts, progress, notices, hints, problems, primary, secondary } = gate
  const paragraphs = (lines: readonly string[], look?: string): HTMLElement[] => lines.map(line => element('p', { class: look }, line))
  const card = element(withSample ? 'section' : 'main', { 'class': 'mephisto-card', 'aria-labelledby': 'heading' },
    element('h1', { id: 'heading', class: 'mephisto-title' }, heading),
    element('div', { class: 'mephisto-prose', id: 'texts' },
      receipt && receiptLine(receipt), ...paragraphs(texts),
      facts.length === 0 ? null : element('dl', { class: 'mephisto-facts' }, ...facts.map(({ name, value }) => element('div', {}, element('dt', {}, name), element('dd', {}, value)))),
      progress && progressLine(progress), ...paragraphs(notices, 'mephisto-notice'), ...paragraphs(hints, 'mephisto-muted'),
      problems.length === 0 ? null : problemList(NOT_COMPLETE, problems)),
    element('div', { class: 'mephisto-actions' }, primary && stepButton(primary, 'primary'), secondary && stepButton(secondary, '')))
  return element('div', { class: withSample ? 'gate with-sample' : 'gate' }, element('div', { class: 'mephisto-task' }, card))
}

/** Gives the focus to the step that leads on, so that Enter takes it. */
export function focusGate(view: HTMLElement): void {
  view.querySelector<HTMLElement>('.mephisto-button-primary')?.focus({ preventScroll: true })
}

function stepButton({ label, isBusy, run }: GateStep, look: 'primary' | ''): HTMLButtonElement {
  const made = button(label, run, { look, isBusy })
  made.setAttribute('aria-describedby', 'texts')
  return made
}

/** One line that says what became of the last answer. */
export function receiptLine(receipt: SubmitReply): HTMLElement {
  const { isCounted, message, feedback, pay } = receiptText(receipt)
  return element('p', { class: `mephisto-receipt ${isCounted ? 'mephisto-receipt-good' : 'mephisto-receipt-aside'}` },
    element('span', { 'aria-hidden': 'true', 'class': 'mephisto-receipt-mark' }, isCounted ? '✓' : 'i'),
    element('span', {}, message, feedback === null ? null : element('strong', {}, ` ${feedback}`), pay === null ? null : element('span', { class: 'mephisto-nowrap' }, ` ${pay}`)))
}

/** How far the worker and the run are. */
export function progressLine({ completedByYou, unitsTotal, unitsAnswered }: ProgressView): HTMLElement {
  const strong = (count: number): HTMLElement => element('strong', {}, String(count))
  return element('div', { class: 'mephisto-progress' },
    element('p', { class: 'mephisto-progress-text' },
      element('span', {}, 'You: ', strong(completedByYou), ' done'), element('span', {}, 'All together: ', strong(unitsAnswered), ` of ${String(unitsTotal)} answered`)),
    element('progress', { 'class': 'mephisto-progress-bar', 'value': String(unitsAnswered), 'max': String(Math.max(1, unitsTotal)), 'aria-label': PROGRESS_LABEL }))
}

/** What keeps an answer from being taken. */
export function problemList(what: string, problems: readonly Problem[]): HTMLElement {
  const told = problems.map(({ path, message }) => `${path.replace(/^answer\.?/, '')}${path.includes('.') ? ': ' : ''}${message}`)
  return element('div', { class: 'mephisto-notice mephisto-notice-bad' },
    element('p', {}, what), element('ul', {}, ...told.map(text => element('li', {}, text))))
}
