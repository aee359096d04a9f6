import type { MephistoErrorCode, Problem } from '../errors.js'
import type { ProgressView, SubmitReply } from '../protocol/worker-views.js'
import { durationText } from './duration-text.js'
import type { AnyTaskState } from './task-state.js'
import { payText } from './task-text.js'

/** One thing that can be done next. */
export interface GateStep {
  readonly label: string
  readonly isBusy: boolean
  run(): void
}

/** What a page says when no form of its own is in hand: the same words, whatever draws them. In this order. */
export interface Gate {
  readonly heading: string
  readonly receipt: SubmitReply | null
  readonly texts: readonly string[]
  readonly facts: readonly { readonly name: string; readonly value: string }[]
  readonly progress: ProgressView | null
  readonly notices: readonly string[]
  readonly hints: readonly string[]
  readonly problems: readonly Problem[]
  /** Has the focus, so that Enter goes on; null when nothing can be done. */
  readonly primary: GateStep | null
  readonly secondary: GateStep | null
}

/** A state in which the page shows a {@link Gate}: all but those that have a form of the page's own. */
export type GateState = Exclude<AnyTaskState, { status: 'working' | 'onboarding' }>

const NOTHING: Omit<Gate, 'heading'> = {
  receipt: null, texts: [], facts: [], progress: null, notices: [], hints: [], problems: [], primary: null, secondary: null,
}

const FAILURES: Readonly<Partial<Record<MephistoErrorCode, string>>> = { link_expired: 'This link has expired', page_outdated: 'This page is out of date' }

/** The words for a state. */
export function gateOf(task: GateState): Gate {
  switch (task.status) {
    case 'loading':
      return task.isSending
        ? { ...NOTHING, heading: 'Sending your answer…', texts: ['Your last answer is safe on this device and is being sent.'] }
        : { ...NOTHING, heading: 'One moment…', texts: ['Your work is being looked up.'] }
    case 'preview':
      return previewGate(task)
    case 'submitted':
      return {
        ...NOTHING, heading: task.receipt.outcome === 'completed' ? 'Your answer is in' : 'Your answer was kept, but does not count',
        receipt: task.receipt, progress: task.progress, hints: ['You can stop here and close this page, or go on.'],
        primary: { label: 'Next item', isBusy: task.isBusy, run: task.next },
      }
    case 'refused':
      return {
        ...NOTHING, heading: 'No item for you right now', receipt: task.lastReceipt, texts: [task.message], progress: task.progress,
        hints: task.retryAfterMs === null ? [] : ['This page looks again by itself while it is open.'],
        primary: { label: task.reason === 'nobody_came' ? 'Wait again' : 'Look again', isBusy: task.isBusy, run: task.retry },
      }
    case 'lease_lost':
      return lostGate(task)
    case 'failed':
      return {
        ...NOTHING, heading: FAILURES[task.code] ?? 'This does not work', receipt: task.lastReceipt,
        texts: [task.message, ...(task.hasDraft ? ['What you typed is kept on this device. It is there again when you come back to the same item.'] : [])],
        primary: { label: task.code === 'page_outdated' ? 'Load again' : 'Try again', isBusy: false, run: task.retry },
      }
  }
}

function previewGate({ run, refusal, hasUnitUnderWay, progress, isBusy, accept }: Extract<GateState, { status: 'preview' }>): Gate {
  const pay = payText(run.pay, 'per item')
  const notice = refusal?.message ?? (hasUnitUnderWay ? 'You have an item under way. It is still yours.' : null)
  return {
    ...NOTHING, heading: run.title, texts: run.description === '' ? [] : [run.description], progress, notices: notice === null ? [] : [notice],
    facts: [...pay === null ? [] : [{ name: 'Pay', value: pay }], ...placeFacts(run)],
    primary: { label: refusal !== null ? 'Look again' : hasUnitUnderWay ? 'Continue where you left off' : 'Accept and start', isBusy, run: accept },
  }
}

/** Live work has no time limit: the server keeps it for as long as somebody is there. */
function placeFacts({ live, leaseMs }: Extract<GateState, { status: 'preview' }>['run']): Gate['facts'] {
  if (!live) return [{ name: 'Time limit', value: `${durationText(leaseMs)} per item` }]
  return live.seats > 1 ? [{ name: 'Done by', value: `${live.seats} people together` }] : []
}

/** What was typed can still be sent, so that it is not for nothing. */
function lostGate({ run, message, draft, problems, isBusy, isSubmitting, submitAnyway, next }: Extract<GateState, { status: 'lease_lost' }>): Gate {
  const another: GateStep = { label: 'Get another item', isBusy, run: next }
  const heading = run.live ? 'You were away too long' : 'Your time for this item ran out'
  if (isEmpty(draft)) return { ...NOTHING, heading, texts: [message], problems, primary: another }
  return {
    ...NOTHING, heading, texts: [message, 'What you typed is not lost. You can still send it: it will be kept for the team, but may not count.'], problems,
    primary: { label: 'Send what I have', isBusy: isSubmitting, run: () => { submitAnyway(draft) } }, secondary: another,
  }
}

function isEmpty(draft: unknown): boolean {
  return draft === undefined || draft === null || draft === '' || (typeof draft === 'object' && Object.keys(draft).length === 0)
}
