import { countdownText, leaseWarning } from '../client/duration-text.js'
import type { OnboardingState, WorkingState } from '../client/task-state.js'
import { GIVE_BACK, LEASE, payText } from '../client/task-text.js'
import type { AnyBlueprint } from '../blueprints/blueprint.js'
import { openDialog } from './dialog.js'
import { button, element } from './elements.js'
import { feedbackButton } from './feedback.js'
import { askToGiveBack } from './give-back.js'
import { progressLine } from './gate-view.js'

/** How often the time left is looked at, ms. */
const TICK_MS = 500

/** A form in hand. */
export type FormState = WorkingState<AnyBlueprint> | OnboardingState<AnyBlueprint>

/** The bar above a form: what the work is, its pay and progress, the time left, instructions, giving back. */
export interface Bar {
  readonly element: HTMLElement
  update(state: FormState): void
}

/** Makes the bar for the form in hand. It counts down by itself for as long as it is on the page. */
export function makeBar(first: FormState): Bar {
  let state = first
  const { title, description, pay } = first.run
  const each = payText(pay, 'each')
  const progress = element('div', {})
  const giveBack = button(GIVE_BACK.ask, () => {
    if (state.status !== 'working' || state.isSubmitting) return
    askToGiveBack(bar, why => { if (state.status === 'working') state.giveBack(why) })
  }, { look: 'quiet' })
  const bar: HTMLElement = element('header', { 'class': 'bar', 'aria-label': 'About this work' },
    element('div', { class: 'inner' },
      element('div', { class: 'what' },
        element('div', { class: 'mephisto-title-row' }, element('strong', { class: 'title' }, title), each === null ? null : element('span', { class: 'mephisto-pay' }, each)),
        progress),
      element('div', { class: 'tools' },
        first.status === 'working' ? countdown(() => state) : null,
        element('div', { class: 'links' },
          description === '' ? null : button('Instructions', () => { openDialog(bar, { title: 'Instructions', text: description, close: 'Close' }) }, { look: 'quiet' }),
          ...first.status === 'working' ? [feedbackButton({ place: () => bar, ask: () => (state.status === 'working' ? state : first).ask }), giveBack] : []))))
  return {
    element: bar,
    update(next) {
      state = next
      progress.replaceChildren(progressLine(next.progress))
      giveBack.disabled = next.isSubmitting
    },
  }
}

/** The time left: quiet, until less than a minute is left. Said aloud once then, not every second. */
function countdown(state: () => FormState): HTMLElement {
  const left = (): number => {
    const now = state()
    return now.status === 'working' ? now.lease.remainingMs() : 0
  }
  const time = element('span', { 'role': 'timer', 'aria-label': LEASE.label, 'class': 'mephisto-lease-time' })
  const note = element('span', { role: 'status', class: 'mephisto-lease-note' })
  const whole = element('div', { class: 'mephisto-lease' }, time, button(LEASE.more, () => void more(), { look: 'quiet' }), note)
  let reply = ''
  async function more(): Promise<void> {
    const now = state()
    if (now.status !== 'working') return
    await now.extend()
    reply = LEASE.reply(left())
    look()
  }
  function look(): void {
    const warning = leaseWarning(left())
    time.textContent = countdownText(left())
    whole.classList.toggle('mephisto-lease-short', warning !== null)
    if (note.textContent !== (warning ?? reply)) note.textContent = warning ?? reply
  }
  look()
  const timer = setInterval(() => {
    if (whole.isConnected) look()
    else clearInterval(timer)
  }, TICK_MS)
  return whole
}
