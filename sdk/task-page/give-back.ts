import { GIVE_BACK, RETURN_QUESTION } from '../client/task-text.js'
import { LONGEST_RETURN_TEXT, type ReturnReason, type WhyReturned } from '../data-model/return-reason.js'
import { choice, labelled, writing } from './controls.js'
import { openDialog } from './dialog.js'
import { element } from './elements.js'

/** Asks whether, and why, the unit is given back. Nobody has to say why, and who does need not write anything. */
export function askToGiveBack(place: HTMLElement, giveBack: (why?: WhyReturned) => void): void {
  const [why, text] = [choice('why', [['', ''], ...RETURN_QUESTION.reasons]), writing('text', LONGEST_RETURN_TEXT)]
  function run(): void {
    // What is written without a reason has another one.
    const reason = (why.value || (text.value && 'other')) as ReturnReason | ''
    giveBack(reason === '' ? undefined : { reason, text: text.value })
  }
  openDialog(place, {
    ...GIVE_BACK, confirm: { label: GIVE_BACK.confirm, run },
    question: element('div', { class: 'feedback' }, ...labelled(RETURN_QUESTION.why, why), ...labelled(RETURN_QUESTION.more, text)),
  })
}
