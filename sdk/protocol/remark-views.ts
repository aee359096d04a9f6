import * as z from 'zod'
import { REMARK_KINDS, REMARK_STATUSES } from '../data-model/remark.js'
import { workerView } from './people-views.js'
import { jsonView } from './worker-views.js'

// Times are ISO 8601 in UTC.

/** Reply of `agent.remark`: it is stored. */
export const remarkReply = z.object({ remarkId: z.string(), receivedAt: z.iso.datetime() })
/** See {@link remarkReply}. */
export type RemarkReply = z.infer<typeof remarkReply>

/** A tip as others are shown it. */
export const tipView = z.object({ id: z.string(), title: z.string().nullable(), text: z.string() })
/** See {@link tipView}. */
export type TipView = z.infer<typeof tipView>

/** Reply of `agent.tips`: the latest first. */
export const tipsReply = z.object({ tips: z.array(tipView) })

/** What a worker said about their work. */
export const remarkView = z.object({
  id: z.string(),
  kind: z.enum(REMARK_KINDS),
  status: z.enum(REMARK_STATUSES),
  task: z.object({ id: z.string(), name: z.string() }),
  run: z.string(),
  agent: z.string(),
  /** Null for what was said at an onboarding. */
  unit: z.string().nullable(),
  /** Null where the run is reviewed blind: for operators until the unit is decided, for others always. */
  worker: workerView.nullable(),
  /** What was said: see `keptRemarkBody`. A mark of erasure where that is gone. */
  body: jsonView,
  /** What others read of an approved tip. */
  shown: z.object({ title: z.string().nullable(), text: z.string() }).nullable(),
  at: z.iso.datetime(),
  /** When somebody last decided about it; null while nobody has. The audit trail has who. */
  decidedAt: z.iso.datetime().nullable(),
})
/** See {@link remarkView}. */
export type RemarkView = z.infer<typeof remarkView>

/** A page of remarks; `nextCursor` continues it. */
export const remarkListView = z.object({ remarks: z.array(remarkView), nextCursor: z.string().nullable() })
/** See {@link remarkListView}. */
export type RemarkListView = z.infer<typeof remarkListView>

/** Reply of `remarks.decide`: how many have another status now. */
export const decidedRemarksReply = z.object({ decided: z.int() })
/** See {@link decidedRemarksReply}. */
export type DecidedRemarksReply = z.infer<typeof decidedRemarksReply>
