export { createMephisto, type HotCall, type Mephisto } from './create-mephisto.js'
export type { WorkLink } from './operations/invite.js'
export type { MephistoOptions } from './options.js'
export { ERROR_TABLE, isMephistoError, MephistoError, type MephistoErrorCode, type Problem } from './errors.js'
export { implement, type BlueprintImplementation } from './blueprints/implement.js'
export type { BlueprintServer, JudgedItem } from './blueprints/server.js'
export type { TypedExportRow } from './blueprints/typed-export-row.js'
export { decimalsOf, formatMoney, money, usd, type Money } from './data-model/money.js'
export type { Architect } from './architects/architect.js'
export type { CrowdProvider, Entry, Invitation, ProviderContext } from './providers/crowd-provider.js'
export type { Operator, TickReport } from './operations/operator.js'
export type { RunProgress } from './operations/run-progress.js'
export type { RunPace } from './operations/run-pace.js'
export type { PlanOptions, PlanSettings, PlanWarning, RunPlan } from './operations/run-plan.js'
export type { TopUpOptions, TopUpReport } from './operations/top-up-options.js'
export type { ExtendOptions } from './operations/lease-length.js'
export type { Compensation, CompensationReport } from './operations/compensation.js'
export type { WatchOptions } from './operations/watching.js'
export type { DataBrowser } from './operations/data-browser/data-browser.js'
export type { FinishedPage } from './operations/data-browser/finished-work.js'
export type { LaunchOptions, LaunchProgress } from './operations/launch-options.js'
export type { RequeueOptions, RequeueReport } from './operations/requeue.js'
export type { PeopleDesk } from './review/people/people-desk.js'
export type {
  AdmitRequest, BlockRequest, BlocksQuery, ChangeQualificationRequest, DeleteQualificationRequest, GrantHistoryQuery, GrantRequest, HoldersQuery, LiftRequest,
  MakeQualificationRequest, Person, QualificationsQuery, RevokeRequest, WorkersQuery,
} from './protocol/people-requests.js'
export type {
  AdmitReply, BlockListView, BlocksReply, GrantHistoryView, GrantReply, HolderListView, QualificationListView, QualificationView, RevokeReply, WorkerListView, WorkerPageView,
} from './protocol/people-views.js'
export type { OutboxHandler, CallOutcome, CallRecord } from './operations/outbox-handler.js'
export type { OutboxDesk, ReplayCallsRequest } from './operations/outbox-desk.js'
export type { CallCounts } from './operations/outbox-worker.js'
export type { Backoff } from './operations/backoff.js'
export type { CallFilter, CallRow, CallStatus, NewCall } from './ports/outbox-operations.js'
export type { WebhookDesk } from './operations/webhooks/webhook-desk.js'
export type { WebhookOptions } from './operations/webhooks/create-webhooks.js'
export type { Network, PinnedReply, PinnedRequest } from './ports/network.js'
export type {
  CreateWebhookRequest, DeleteWebhookRequest, DeliveriesQuery, PauseWebhookRequest, ReplayWebhookRequest, ResumeWebhookRequest, RotateWebhookRequest, WebhooksQuery,
} from './protocol/webhook-requests.js'
export type { DeliveryListView, DeliveryView, ReplayReply, WebhookListView, WebhookReply, WebhookSecretReply, WebhookView } from './protocol/webhook-views.js'
export { WEBHOOK_EVENT_TYPES, type WebhookMessage } from './protocol/webhook-events.js'
export type { FinishedFilterQuery, FinishedQuery, ProjectSummariesQuery, WorkerStatisticsQuery } from './protocol/data-requests.js'
export type {
  FieldStatisticsView, ProjectSummaryListView, ProjectSummaryView, SpendView, TaskStatisticsView, WorkerPayView, WorkerStatisticsListView, WorkerStatisticsView,
} from './protocol/data-views.js'
export type { Principal, Role } from './review/principal.js'
export type { Logger, Runtime } from './ports/runtime.js'
export type { FrontReply } from './http/worker-front.js'
export { verifyRun, type LogDifference, type Verification } from './operations/verify-run.js'
export type {
  AnsweredWhen, AnswerText, DataOperations, FinishedFilter, QualificationRange, WorkedWithin, WorkerExtra, WorkerSum, WorkersFilter, WorkScope, WorkSums,
} from './ports/data-operations.js'
export type { DbOperations, MephistoDb, RefusalCount, RunFilter, RunRhythm } from './ports/mephisto-db.js'
export type {
  AgentRow, AssignmentRow, BlockRow, FoundDecision, GrantedQualificationRow, ProjectRow, QualificationEventRow, QualificationRow, RequesterRow, RunRow, TaskRow, UnitRow, WorkerRow,
} from './ports/entity-rows.js'
export type { Direction, FindQuery, Finding, Page, Reading, RowFilter } from './ports/find-query.js'
export type { EventType } from './data-model/event-types.js'
export type { EventRow } from './ports/event-operations.js'
export type { BlockScope } from './data-model/block-scope.js'
export type { RunConfig, RunGates, RunRequirement, RunSupply, TaskRun } from './data-model/entities.js'
export type { LaunchSettings } from './data-model/launch-settings.js'
export type { UnitOrder } from './data-model/rank.js'
export type { Comparator, Requirement } from './data-model/requirement.js'
export type { AgentStatus, AssignmentStatus, RunStatus, UnitStatus } from './data-model/lifecycle.js'
export type { ExportRow } from './protocol/export-views.js'
