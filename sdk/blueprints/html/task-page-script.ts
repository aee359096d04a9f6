import { createHash } from 'node:crypto'

/** The script of HTML pages (`sdk/task-page`), bundled: the build, and the test runner, put its text here. */
declare const MEPHISTO_TASK_PAGE: string

/** The script that every HTML page loads, and what names its version. */
export function taskPageScript(): { readonly text: string; readonly version: string } {
  return { text: MEPHISTO_TASK_PAGE, version: createHash('sha256').update(MEPHISTO_TASK_PAGE).digest('hex').slice(0, 16) }
}
