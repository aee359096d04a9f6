export { createMephistoClient } from './create-mephisto-client.js'
export type { ClientHeaders, DownloadFilter, LaunchOptions, MephistoClient, MephistoClientOptions } from './create-mephisto-client.js'
export type { TypedExportRow } from '../blueprints/typed-export-row.js'
export type { ExportOptions } from './export-rows.js'
export { createTaskSession } from './create-task-session.js'
export type { TaskSession, TaskSessionOptions } from './task-session.js'
export type { TaskEntry } from './worker-api.js'
export type { PageSignals } from './page-signals.js'
export type { SessionClock } from './session-clock.js'
export type { SessionStorageLike } from './safe-storage.js'
export type {
  AnyTaskState, Draft, DraftState, DraftUpdate, FailedState, FileActions, LeaseLostState, LoadingState, PreviewState, RefusedState, RemoteActions, RemoteCall,
  SubmitOptions, SubmittedState, TaskLease, TaskState, TaskView, Upload, UploadOptions, WorkingState, WorkingTask,
} from './task-state.js'
export type { LiveAction, LiveOf, LivePage, ReceivedPacket, ReceivedSignal } from './live-page.js'
export type { LivePersonView, OverReason } from '../protocol/live-views.js'
export type { ReturnReason, WhyReturned } from '../data-model/return-reason.js'
