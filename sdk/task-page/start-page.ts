import { entryFromFragment } from '../client/entry-from-address.js'
import { gateOf, type Gate } from '../client/gate.js'
import { nothingRemote } from '../client/nothing-remote.js'
import { reportPageErrors } from '../client/report-error.js'
import { openTaskSession } from '../client/task-session.js'
import type { AnyTaskState, LoadingState, PreviewState, SubmittedState } from '../client/task-state.js'
import { uploading } from '../client/uploading.js'
import { connectionText } from '../client/task-text.js'
import type { AnyBlueprint } from '../blueprints/blueprint.js'
import { PAGE_PATHS, type PageSettings } from '../protocol/html-page.js'
import type { SubmitReply } from '../protocol/worker-views.js'
import type { FormState } from './bar.js'
import { element } from './elements.js'
import { fillPage } from './fill-page.js'
import { openForm, findForm } from './page-form.js'
import { showForm, shownValue, type ShownForm } from './form-stage.js'
import { makeFrame, type Frame, type Shown } from './frame.js'
import { focusGate, gateView, receiptLine } from './gate-view.js'
import { readGoing } from './going.js'
import type { ApiKeeper } from './page-api.js'

const ONE_MOMENT: LoadingState & { connection: 'online' } = { status: 'loading', isSending: false, connection: 'online' }

/** Runs an HTML page: asks what the work is, shows it, and hands in what is filled in. */
export function startPage({ settings, baseUrl, keeper }: { readonly settings: PageSettings; readonly baseUrl: string; readonly keeper: ApiKeeper }): void {
  const frame = makeFrame()
  const going = readGoing(`${baseUrl}pages/${settings.type}/`)
  const session = openTaskSession<AnyBlueprint>({ blueprint: { type: settings.type }, baseUrl, entry: entryFromFragment(location.hash), pageBuild: settings.build }, { remote: nothingRemote, files: uploading })
  const notices = noticeBoard(frame)
  let isLeaving = false
  let isGoingOn = going.isGoingOn
  let form: ShownForm | null = null
  let hasSample = false
  let shownGate = ''

  const leave = (path: string, options: { readonly isGoingOn: boolean; readonly receipt?: SubmitReply }): void => {
    isLeaving = true
    going.go(path, options)
  }
  const goOn = (): void => { leave(PAGE_PATHS.work, { isGoingOn: true }) }

  function show(state: AnyTaskState): void {
    if (isLeaving) return
    if (state.status !== 'preview' && state.status !== 'loading') isGoingOn = false
    switch (state.status) {
      case 'working':
      case 'onboarding':
        showWork(state)
        break
      case 'preview':
        showPreview(state)
        break
      case 'submitted':
        showSubmitted(state)
        break
      case 'refused':
        showGate({ ...gateOf(state), receipt: state.lastReceipt ?? going.receipt }, state.status)
        break
      case 'lease_lost':
        // Not while an answer is on its way.
        showGate(gateOf({ ...state, next: () => { if (!state.isSubmitting) goOn() } }), state.status)
        break
      case 'loading':
      case 'failed':
        showGate(gateOf(state), state.status)
    }
    const isWaiting = (state.status === 'working' || state.status === 'onboarding') && form?.isWaiting() === true
    const isSending = isWaiting || (state.status === 'loading' && state.isSending) || ('isSubmitting' in state && state.isSubmitting)
    notices.connection({ isSending, isLost: state.connection === 'retrying' })
  }

  function showWork(state: FormState): void {
    const stage = state.status === 'working' ? 'work' : 'onboarding'
    const id = state.status === 'working' ? state.unitId : state.agentId
    // The page's scripts see one item for as long as they live.
    if (settings.stage !== stage || hasSample || (form !== null && form.id !== id)) {
      leave(PAGE_PATHS[stage], { isGoingOn: true })
      return
    }
    document.title = document.title || state.run.title
    shownGate = ''
    if (form === null) {
      form = showForm({ state, stage, id, settings, frame, keeper, onWaiting: () => { show(session.getState()) } })
      if (going.receipt !== null) notices.receipt(going.receipt)
    }
    form.update(state)
  }

  function showPreview(state: PreviewState<AnyBlueprint> & AnyTaskState): void {
    // What comes before the work cannot show a sample of it.
    if (form !== null || (!isGoingOn && settings.stage !== 'preview' && (settings.hasPreview || settings.stage === 'onboarding'))) {
      leave(PAGE_PATHS.entry, { isGoingOn: false })
      return
    }
    document.title = document.title || state.run.title
    if (isGoingOn) {
      showGate(gateOf(ONE_MOMENT), 'loading')
      state.accept()
      return
    }
    const isPreviewPage = settings.stage === 'preview'
    if (!hasSample && (isPreviewPage || state.sample !== null)) {
      hasSample = true
      fillSample(state, isPreviewPage)
    }
    const gate = gateOf({ ...state, accept: goOn })
    const page: Shown = isPreviewPage ? 'page' : hasSample ? 'sample' : 'nothing'
    showGate(page === 'sample' ? { ...gate, hints: ['Below is what an item looks like.'] } : gate, state.status, page)
  }

  function fillSample({ sample, run }: PreviewState<AnyBlueprint>, isPreviewPage: boolean): void {
    fillPage(name => shownValue({ input: sample, run }, name))
    // A form of a preview hands in nothing.
    const found = findForm()
    if (found && isPreviewPage) found.addEventListener('submit', event => { event.preventDefault() })
    else if (found) openForm(found, settings.fields, { onChange: () => undefined, onSubmit: () => undefined })
    queueMicrotask(() => { keeper.ready({ stage: 'preview', input: sample, args: run.args, draft: {} }) })
  }

  function showSubmitted(state: SubmittedState<AnyBlueprint> & AnyTaskState): void {
    // What has to be read first waits for its reader; after a reload nobody asked for another item.
    const isPlain = state.receipt.outcome === 'completed' && state.receipt.feedback === null
    if (form !== null && isPlain) leave(PAGE_PATHS.work, { isGoingOn: true, receipt: state.receipt })
    else showGate(gateOf({ ...state, next: goOn }), state.status)
  }

  function showGate(gate: Gate, name: string, page: Shown = 'nothing'): void {
    frame.alert(null)
    const view = gateView(gate, { withSample: page !== 'nothing' })
    // Once for each gate: what changes in one must not take the focus from where somebody is.
    const takesFocus = shownGate !== name || frame.hasFocus()
    frame.show(view, page)
    if (takesFocus) focusGate(view)
    shownGate = name
  }

  reportPageErrors(() => {
    const state = session.getState()
    return 'ask' in state ? state.ask : undefined
  })
  session.subscribe(() => { show(session.getState()) })
  session.start()
}

interface NoticeBoard {
  /** Says that the connection is lost, or that something takes long to send. */
  connection(now: { readonly isSending: boolean; readonly isLost: boolean }): void
  receipt(receipt: SubmitReply): void
}

/** What stays in sight above a page: trouble, or else what became of the last answer until something else is said. Each is said once. */
function noticeBoard(frame: Frame): NoticeBoard {
  let said = ''
  let last: SubmitReply | null = null
  function say(key: string, content: HTMLElement | null): void {
    if (key === said) return
    said = key
    frame.notice(content)
  }
  let slow: ReturnType<typeof setTimeout> | undefined
  const tell = (text: string): void => { say(text, element('p', { class: 'mephisto-banner' }, text)) }
  const rest = (): void => { say(last === null ? '' : last.submissionId, last && receiptLine(last)) }
  return {
    connection({ isSending, isLost }) {
      if (isLost || !isSending) {
        clearTimeout(slow)
        slow = undefined
      }
      if (isLost) tell(connectionText(isSending))
      else if (!isSending) rest()
      else if (slow === undefined) {
        rest()
        slow = setTimeout(() => { tell('Sending your answer…') }, SLOW_MS)
      }
    },
    receipt(receipt) {
      last = receipt
      rest()
      setTimeout(() => {
        last = null
        if (said === receipt.submissionId) rest()
      }, RECEIPT_MS)
    },
  }
}

/** What is sent sooner than that is not worth a word, ms. */
const SLOW_MS = 400

/** How long a receipt stays in sight while somebody works on the next item, ms. */
const RECEIPT_MS = 6_000
