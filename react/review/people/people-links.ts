import type { ReactNode } from 'react'
import type { DoneUnitView, WorkerView } from '../../../sdk/protocol/people-views.js'

/** How names become links to where they are shown. @default of each: the name alone */
export interface PeopleLinks {
  readonly worker?: (worker: WorkerView, name: string) => ReactNode
  readonly qualification?: (qualification: { readonly id: string }, name: string) => ReactNode
  /** A run of which only the id and the task are known. */
  readonly run?: (run: string, name: string) => ReactNode
  /** An answer in the review of its run. */
  readonly unit?: (unit: DoneUnitView, name: string) => ReactNode
}
