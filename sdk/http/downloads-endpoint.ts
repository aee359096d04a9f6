import type { TaskRun } from '../data-model/entities.js'
import { MephistoError } from '../errors.js'
import type { ExportFilterQuery } from '../protocol/data-requests.js'
import { ANY_EXPORT } from '../protocol/export-path.js'
import { requireToldOfAll } from '../review/blind-review.js'
import { exportJsonl } from '../review/exports/csv-and-jsonl.js'
import { EXPORT_FORMATS, exportContent, type ExportFormat } from '../review/exports/export-content.js'
import { REMOVED_HEADER } from '../review/exports/removed-data.js'
import { selectAnswers } from '../review/exports/selected-answers.js'
import { selectTranscripts } from '../review/exports/transcripts.js'
import type { Principal } from '../review/principal.js'
import type { Services } from '../rpc/services.js'
import { mayAct } from '../rpc/trpc.js'
import { streamed } from './streamed.js'

interface Download {
  readonly services: Pick<Services, 'db' | 'runtime' | 'showingOf'>
  readonly request: Request
  readonly path: string
  readonly search: URLSearchParams
  authorize(request: Request): Promise<Principal | null>
  during<T>(work: () => Promise<T>): Promise<T>
}

const PATH = /^(export|transcripts)\/([\w-]+)\.([a-z]+)$/

/** A file that is made as it is read. */
interface Content {
  readonly type: string
  readonly pieces: AsyncGenerator<string | Uint8Array>
  /** Runs that are left out, because their data was removed. */
  readonly removed: ReadonlySet<string>
  /** Those whose answers are in it. */
  runs(): AsyncIterable<TaskRun>
}

/** Answers of a run, or of all that the query names, or what was said in them, as a file; null for a request that is not for one. */
export function answerDownload(download: Download): Promise<Response> | null {
  const [, kind, name, format] = PATH.exec(download.path) ?? []
  const { method } = download.request
  if (name === undefined || format === undefined || (method !== 'GET' && method !== 'HEAD')) return null
  return downloaded(download, `${name}.${format}`, () => (kind === 'export' ? answersAs(download, name, format) : transcriptsAs(download, name, format)))
}

async function downloaded({ services: { runtime }, request, authorize, during }: Download, filename: string, contentOf: () => Promise<Content>): Promise<Response> {
  const principal = await authorize(request)
  if (!principal) throw new MephistoError('unauthenticated', 'You are not logged in. Log in to the app and try again.')
  if (!mayAct(principal, 'viewer')) throw new MephistoError('forbidden', 'This needs the role "viewer".')
  const { type, pieces, removed, runs } = await contentOf()
  await requireToldOfAll(runs(), principal)
  // What cannot be exported is found at the beginning as a rule, when it can still be said.
  const first = request.method === 'HEAD' ? null : await pieces.next()
  return new Response(first && streamed({
    pieces: afterFirst(first, pieces), during,
    // The log has to say why.
    onFailure: error => { runtime.logger.error({ err: error }, 'a download failed on its way') },
  }), { headers: { 'content-type': type, 'content-disposition': `attachment; filename="${filename}"`, 'cache-control': 'no-store', [REMOVED_HEADER]: String(removed.size) } })
}

async function answersAs({ services: { db, showingOf }, search }: Download, name: string, wanted: string): Promise<Content> {
  const format = EXPORT_FORMATS.find(known => known === wanted)
  if (!format) throw new MephistoError('not_found', `There is no export format "${wanted}"; there are: ${EXPORT_FORMATS.join(', ')}.`)
  const { pages, shape, removed, runs } = await selectAnswers(db, { ...exportQuery(search), ...name === ANY_EXPORT ? {} : { run: name } }, showingOf)
  return { type: CONTENT_TYPES[format], pieces: exportContent(db, pages, { format, ...shape }), removed, runs }
}

async function transcriptsAs({ services: { db }, search }: Download, name: string, wanted: string): Promise<Content> {
  if (wanted !== 'jsonl') throw new MephistoError('not_found', `Transcripts are given as jsonl, not as "${wanted}".`)
  const { pages, removed, runs } = await selectTranscripts(db, { ...namedIn(search, ['run', 'task', 'project']), ...name === ANY_EXPORT ? {} : { run: name } })
  return { type: CONTENT_TYPES.jsonl, pieces: exportJsonl(pages), removed, runs }
}

/** What a query string asks for; what it has beside is the host's. A person is named in the parameters of their own name: `provider` and `externalId`, or another. */
function exportQuery(search: URLSearchParams): ExportFilterQuery {
  const worker = namedIn(search, ['workerId', 'provider', 'externalId', 'pseudonym', 'unitId'])
  return {
    ...namedIn(search, ['run', 'task', 'project', 'from', 'before']), ...Object.keys(worker).length === 0 ? {} : { worker: worker as ExportFilterQuery['worker'] },
    includeSetAside: search.get('setAside') === '1', migrated: search.get('migrated') === '1',
  }
}

function namedIn(search: URLSearchParams, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap(name => (search.has(name) ? [[name, search.get(name) ?? '']] : [])))
}

const CONTENT_TYPES: Readonly<Record<ExportFormat, string>> = { jsonl: 'application/x-ndjson; charset=utf-8', csv: 'text/csv; charset=utf-8', parquet: 'application/vnd.apache.parquet' }

/** Pieces, the first of which was read already. */
function afterFirst<T>(first: IteratorResult<T>, rest: AsyncGenerator<T>): AsyncIterator<T> {
  let waiting: IteratorResult<T> | null = first
  return {
    next() {
      const piece = waiting
      waiting = null
      return piece ? Promise.resolve(piece) : rest.next()
    },
    return: () => rest.return(undefined),
  }
}
