import type { MephistoClient } from '../../../sdk/client/create-mephisto-client.js'
import type { ReviewTexts } from '../texts/english.js'
import { filterOf, newDraft, problemsOf, type WorkDraft, type WorkFilter, type WorkProblems } from '../kit/work-draft.js'
import type { WorkOf } from '../kit/link-to.js'

/** The kinds of files that answers are exported as. */
export const FORMATS = ['jsonl', 'csv', 'parquet'] as const
/** See {@link FORMATS}. */
export type ExportFormatName = (typeof FORMATS)[number]

/** What somebody wants to export, as it was filled in. */
export interface ExportChoice extends WorkDraft {
  readonly format: ExportFormatName
  readonly includeSetAside: boolean
  readonly migrated: boolean
}

/** What a choice gives: the answers that are meant and where they are downloaded from, null while the choice does not do; and why it does not. */
export interface ExportOffer {
  readonly of: WorkFilter | null
  readonly url: string | null
  /** Null where no run, task or project is chosen. */
  readonly transcriptsUrl: string | null
  /** What is wrong, a sentence each. */
  readonly wrong: readonly string[]
  readonly problems: WorkProblems
}

/** A choice to begin with. */
export function newChoice(of: WorkOf | null): ExportChoice {
  return { ...newDraft(of ?? { kind: 'run', id: '' }), format: 'jsonl', includeSetAside: false, migrated: false }
}

/** What a choice gives. Pure but for the reader's time zone. */
export function offerOf(client: Pick<MephistoClient, 'downloadUrl' | 'transcriptsUrl'>, choice: ExportChoice, texts: Pick<ReviewTexts, 'exports' | 'places'>): ExportOffer {
  const { kind, id, format, includeSetAside, migrated } = choice
  const problems = problemsOf(choice, texts.places)
  const of = filterOf(choice)
  const wrong = [
    ...(kind !== '' && id === '' ? [texts.exports.chooseWhich[kind]] : []), ...(kind === '' && of.worker === undefined ? [texts.exports.chooseSomething] : []),
    ...[problems.from, problems.before].flatMap(problem => problem ?? []),
  ]
  return {
    of: wrong.length > 0 ? null : of, url: wrong.length > 0 ? null : client.downloadUrl(of, format, { includeSetAside, migrated }),
    transcriptsUrl: kind === '' || id === '' ? null : client.transcriptsUrl({ [kind]: id }), wrong, problems,
  }
}
