import { useEffect, useRef } from 'react'
import { reportPageErrors } from '../../sdk/client/report-error.js'
import type { AnyTaskState } from '../../sdk/client/task-state.js'

/**
 * Tells the team of errors of this page while a unit is in hand or was just answered: those that nobody caught, and promises that nobody looked at. Each
 * message once, and at most ten of an attempt; they are among the remarks (`mephisto remarks --kind error`). What `useTask` gave is passed in any state.
 */
export function useErrorReports(task: AnyTaskState): void {
  const ask = 'ask' in task ? task.ask : undefined
  const latest = useRef(ask)
  useEffect(() => { latest.current = ask }, [ask])
  useEffect(() => reportPageErrors(() => latest.current), [])
}
