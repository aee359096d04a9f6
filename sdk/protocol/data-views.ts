import * as z from 'zod'
import { UNIT_STATUSES } from '../data-model/lifecycle.js'
import { PACKET_KINDS } from '../data-model/packet.js'
import { workerView } from './people-views.js'
import { jsonView, moneyView } from './worker-views.js'

// Times are in ms. Of each kind of money there is one amount for each currency.

/** What a worker's answers earned in one currency. */
export const workerPayView = z.object({
  /** Of accepted and soft-rejected units, those for training, screening and gold among them. */
  earned: moneyView,
  /** Of units that wait for review. */
  waiting: moneyView,
  /** Given outside any unit. */
  extra: moneyView,
  /** Earned for an hour of work on the units that earned it; null before there is any. */
  hourly: moneyView.nullable(),
})

/** What a worker did, and how long it took from handing out to answer. The counts are of ordinary work; times and pay of all units. */
export const workerStatisticsView = z.object({
  worker: workerView,
  answered: z.int(),
  waiting: z.int(),
  accepted: z.int(),
  softRejected: z.int(),
  rejected: z.int(),
  /** Answers to gold units; `score` is the right ones of those decided, 0 to 1, and null before any is. */
  gold: z.object({ right: z.int(), wrong: z.int(), score: z.number().nullable() }),
  totalMs: z.int(),
  /** Null before there is an answer. */
  medianMs: z.int().nullable(),
  pay: z.array(workerPayView),
})

/** A page of workers; `nextCursor` continues it. */
export const workerStatisticsListView = z.object({ workers: z.array(workerStatisticsView), nextCursor: z.string().nullable() })

const unitCounts = z.record(z.enum(UNIT_STATUSES), z.int())

/** Money of several runs in one currency. `spent` is that of accepted and soft-rejected work, of which `owed` is not paid out yet. */
export const spendView = z.object({ spent: moneyView, owed: moneyView, reserved: moneyView })

/** How far those who answered the same items agree in a field: in its choices as labels, in its numbers by how far they are apart. */
export const agreementView = z.object({
  /** Items with at least two answers to the field, and those answers. */
  items: z.int(),
  values: z.int(),
  /** The share of pairs of answers to one item that are equal, 0 to 1, as the mean over items. */
  observed: z.number().min(0).max(1),
  /** Krippendorff's alpha, at most 1; 0 is what chance gives. Null where all answers are the same. */
  alpha: z.number().max(1).nullable(),
})

/** How often each of a field's choices was the answer. */
export const choiceFieldView = z.object({
  kind: z.literal('choice'),
  /** Null when the answer has no fields and is meant as a whole. */
  field: z.string().nullable(),
  counts: z.array(z.object({ value: z.union([z.string(), z.number(), z.boolean()]), count: z.int() })),
  /** Answers that are none of the choices of any version of the blueprint that answers were given under. */
  other: z.int(),
  /** Answers without the field. */
  missing: z.int(),
  /** Null while no item has two answers to it. */
  agreement: agreementView.nullable(),
})

/** How a field's numbers are spread. */
export const numberFieldView = z.object({
  kind: z.literal('number'),
  field: z.string().nullable(),
  /** `from` ≤ number < `to`; where they are equal it is that very number. Up to 40, in order, without gaps between those that are ranges. */
  bins: z.array(z.object({ from: z.number(), to: z.number(), count: z.int() })),
  least: z.number().nullable(),
  most: z.number().nullable(),
  mean: z.number().nullable(),
  missing: z.int(),
  agreement: agreementView.nullable(),
})

/** How the answers to a field are spread. */
export const fieldStatisticsView = z.discriminatedUnion('kind', [choiceFieldView, numberFieldView])

/** What came of a task in all its runs. */
export const taskStatisticsView = z.object({
  task: z.object({ id: z.string(), name: z.string(), blueprintType: z.string() }),
  runs: z.int(),
  /** Of ordinary work. */
  units: unitCounts,
  /** People who have had a unit, each once, whether they answered or not: as projects and the progress of a run count them. */
  workers: z.int(),
  spend: z.array(spendView),
  /** Answers that the fields below are made of: all but rejected and erased ones. */
  answers: z.int(),
  fields: z.array(fieldStatisticsView),
})

/** How the latest answers of a run to ordinary work are spread, and how far people agree among these. */
export const runStatisticsView = z.object({
  /** Its id. */
  run: z.string(),
  /** Answers that the fields below are made of: all but rejected and erased ones. */
  answers: z.int(),
  /** Whether there are older ones, which were not read. */
  isPart: z.boolean(),
  fields: z.array(fieldStatisticsView),
})

/** How far people agree in a project: in each of its tasks, archived ones too, field by field, and in all together. */
export const projectAgreementView = z.object({
  project: z.object({ id: z.string(), name: z.string() }),
  tasks: z.array(z.object({
    task: z.object({ id: z.string(), name: z.string(), blueprintType: z.string() }),
    answers: z.int(),
    /** Those in which an item has two answers. */
    fields: z.array(z.object({ field: z.string().nullable(), kind: z.enum(['choice', 'number']), agreement: agreementView })),
  })),
  /**
   * The share of equal pairs in choices, as the mean over items and fields of all tasks. Null without any. Alpha is of one field: chance is
   * another for each.
   */
  observed: z.number().min(0).max(1).nullable(),
})

/** See {@link agreementView}. */
export type AgreementView = z.infer<typeof agreementView>
/** See {@link projectAgreementView}. */
export type ProjectAgreementView = z.infer<typeof projectAgreementView>
/** See {@link workerStatisticsView}. */
export type WorkerStatisticsView = z.infer<typeof workerStatisticsView>
/** See {@link workerStatisticsListView}. */
export type WorkerStatisticsListView = z.infer<typeof workerStatisticsListView>
/** See {@link workerPayView}. */
export type WorkerPayView = z.infer<typeof workerPayView>
/** See {@link spendView}. */
export type SpendView = z.infer<typeof spendView>
/** See {@link fieldStatisticsView}. */
export type FieldStatisticsView = z.infer<typeof fieldStatisticsView>
/** See {@link runStatisticsView}. */
export type RunStatisticsView = z.infer<typeof runStatisticsView>
/** See {@link taskStatisticsView}. */
export type TaskStatisticsView = z.infer<typeof taskStatisticsView>

/** Something that was said while a unit was worked at. */
export const sessionEntryView = z.object({
  /** From 1, without gaps, in the session. */
  number: z.int(),
  kind: z.enum(PACKET_KINDS),
  /** The procedure, action, packet or event that it is. */
  name: z.string(),
  /** The page's own id of the call or action that it is, or that it answers; empty for others. */
  callId: z.string(),
  /** The attempt whose page sent it; null for the server. */
  from: z.string().nullable(),
  /** The attempt whose page alone was told; null for all. What no page was told has the session's id. */
  to: z.string().nullable(),
  /** Null for what was erased. */
  body: jsonView.nullable(),
  isErased: z.boolean(),
  /** ISO 8601. */
  at: z.string(),
})
/** See {@link sessionEntryView}. */
export type SessionEntryView = z.infer<typeof sessionEntryView>
/** An attempt, and the random name of who made it, as in exports of answers. */
const speakerView = z.object({ agent: z.string(), worker: z.string() })
/** Something that was said while work was under way, with where it belongs: a line of an export of transcripts. */
export const transcriptRowView = sessionEntryView.omit({ from: true, to: true }).extend({
  run: z.string(),
  /** What it was said about; null in an onboarding. */
  assignment: z.string().nullable(),
  /** The attempt whose session it is, or the assignment at which people work together. */
  session: z.string(),
  /** Whose page sent it; null for the server. */
  from: speakerView.nullable(),
  /** Whose page alone was told; null for all, and for what no page was told. */
  to: speakerView.nullable(),
})
/** See {@link transcriptRowView}. */
export type TranscriptRow = z.infer<typeof transcriptRowView>
/** A page of a session. */
export const sessionPageView = z.object({ entries: z.array(sessionEntryView), nextAfter: z.int().nullable() })

/** A link to a file of an answer, for whoever has it, for a while. */
export const fileLinkView = z.object({
  id: z.string(),
  /** Whole address below the mount, with its token. */
  url: z.string(),
  expiresAt: z.string(),
})
/** Files of a run that answers name, each with a link; `nextCursor` continues them. */
export const runFilesView = z.object({
  files: z.array(fileLinkView.extend({ agent: z.string(), name: z.string(), mediaType: z.string(), bytes: z.int(), sha256: z.string() })),
  nextCursor: z.string().nullable(),
})
/** See {@link runFilesView}. */
export type RunFilesView = z.infer<typeof runFilesView>
/** See {@link fileLinkView}. */
export type FileLinkView = z.infer<typeof fileLinkView>
