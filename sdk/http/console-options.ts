/** The languages that the ready-made page comes in. */
export const CONSOLE_LANGUAGES = ['en', 'ar'] as const

/** The ready-made page at which teams work: see runs, review answers. */
export interface ConsoleOptions {
  /** Where your login page is, such as `/login`; people who are not logged in find a link to it. @default no link */
  readonly loginHref?: string
  /** The language of the page: English, or Arabic from right to left. What the server says, such as why it refuses, is English. @default 'en' */
  readonly language?: (typeof CONSOLE_LANGUAGES)[number]
}
