import type { PageStage } from '../protocol/html-page.js'
import type { Values } from './form-values.js'

/** What scripts of an HTML page find as `mephisto`. */
export interface PageApi {
  /** What the page is shown for; null until it is filled in. */
  readonly stage: PageStage | null
  /** The row, as JSON gives it; null until the page is filled in, and for a preview without a sample. */
  readonly input: unknown
  /** What the run was set up with beside its data. */
  readonly args: Values
  /** Adds fields to the answer beside those of the form; they are kept with the draft. */
  set(values: Values): void
  /** Hands the form in as its button does, with these fields added. False when the form says that something is missing. */
  submit(values?: Values): boolean
}

/** The detail of the event `mephisto:ready`, which is sent to `document` when the page is filled in. */
export interface PageReady {
  readonly stage: PageStage
  readonly input: unknown
  readonly args: Values
  /** What was filled in before, on this device; the form has it already. */
  readonly draft: Values
}

/** The script's own end of {@link PageApi}. */
export interface ApiKeeper {
  readonly api: PageApi
  /** The fields that were set. */
  added(): Values
  /** Called for every field that is set, and to hand in. */
  connect(page: { onSet(): void; submit(): boolean }): void
  ready(detail: PageReady): void
}

/** Makes what a page's scripts use. It is there before the first of them runs. */
export function makePageApi(): ApiKeeper {
  let state: Pick<PageApi, 'stage' | 'input' | 'args'> = { stage: null, input: null, args: {} }
  let added: Values = {}
  let page: { onSet(): void; submit(): boolean } | null = null
  const set = (values: Values): void => {
    if (typeof values !== 'object' || (values as unknown) === null) throw new TypeError('mephisto.set takes an object of fields, such as { boxes: […] }.')
    added = { ...added, ...values }
    page?.onSet()
  }
  return {
    api: {
      get stage() { return state.stage },
      get input() { return state.input },
      get args() { return state.args },
      set,
      submit(values) {
        if (values !== undefined) set(values)
        return page?.submit() ?? false
      },
    },
    added: () => added,
    connect: connected => { page = connected },
    ready(detail) {
      state = detail
      document.dispatchEvent(new CustomEvent('mephisto:ready', { detail }))
    },
  }
}
