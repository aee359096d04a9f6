/** What an HTML page is for: before anything is accepted, the introduction, or the work. */
export type PageStage = 'preview' | 'onboarding' | 'work'

/** How a field of an answer is read from the controls of that name. */
export interface PageField {
  readonly name: string
  /** `box` is one check box, true or false; `list` is every value that is chosen. */
  readonly shape: 'one' | 'list' | 'box'
  /** What each text of a control stands for. */
  readonly value: 'text' | 'number' | 'boolean' | 'file'
}

/** What the server tells the script of an HTML page, as JSON in the script element's `data-page`. */
export interface PageSettings {
  /** The blueprint's type. */
  readonly type: string
  readonly stage: PageStage
  /** Names the version of the pages in every answer. */
  readonly build: string
  readonly hasPreview: boolean
  readonly fields: readonly PageField[]
}

/** Where the blueprint's pages are, below its own address `<mount>/pages/<type>/`. */
export const PAGE_PATHS = { entry: '', work: 'work', onboarding: 'onboarding', script: 'task.js' } as const

/** An attribute that the browser would follow before it is filled in is sent under this prefix. */
export const HELD_ATTRIBUTE = 'data-mephisto-'
