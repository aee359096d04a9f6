import { createTRPCClient, httpLink, type TRPCClient } from '@trpc/client'
import type { AnyBlueprint, ArgsOption, InferRawArgs, InferRawInput } from '../blueprints/blueprint.js'
import type { FeedReference } from '../data-model/data-feed.js'
import type { LaunchSettings } from '../data-model/launch-settings.js'
import { ANY_EXPORT } from '../protocol/export-path.js'
import type { Person } from '../protocol/people-requests.js'
import type { RunView } from '../protocol/run-views.js'
import type { AppRouter } from '../rpc/router.js'
import type { TypedExportRow } from '../blueprints/typed-export-row.js'
import { exportRows, type ExportOptions } from './export-rows.js'

type Calls = TRPCClient<AppRouter>

/** Headers by name. */
export type ClientHeaders = Readonly<Record<string, string>>

/** How to reach Mephisto from a page or a script. */
export interface MephistoClientOptions {
  /** Where Mephisto is mounted (its `baseUrl`), such as `https://app.example/mephisto/`; relative in a page. */
  readonly url: string
  /** Headers of every call, such as the one your login needs. @default none */
  readonly headers?: ClientHeaders | (() => ClientHeaders | Promise<ClientHeaders>)
  /** @default the global fetch, with the page's cookies for its own origin */
  readonly fetch?: typeof fetch
}

/** What a launch needs, with its data typed by the blueprint. */
export type LaunchOptions<B extends AnyBlueprint> = LaunchData<B> & ArgsOption<InferRawArgs<B>>

/** {@link LaunchOptions} without the args. */
export interface LaunchData<B extends AnyBlueprint> extends LaunchSettings {
  /** The items; each becomes one assignment. Or the feed of the server that they come from while the run goes on, such as `{ feed: 'drafts', params: { … } }`. */
  readonly data: readonly InferRawInput<B>[] | FeedReference
}

/** Which answers are downloaded: all that is given must hold, and something other than a time must be. */
export interface DownloadFilter {
  readonly run?: string
  /** By name or id, as the project. */
  readonly task?: string
  readonly project?: string
  readonly worker?: Person
  /** Answers received from this instant on, such as 2027-01-31T12:00:00Z. */
  readonly from?: string
  /** Answers received before this instant. */
  readonly before?: string
}

/** The typed client of the operator side. Procedures fail with a TRPCClientError whose `data.mephistoCode` says why. */
export interface MephistoClient {
  /** The mount, ending with a slash. */
  readonly url: string
  readonly principal: Calls['principal']
  readonly runs: Calls['runs']
  readonly review: Calls['review']
  readonly people: Calls['people']
  readonly projects: Calls['projects']
  readonly privacy: Calls['privacy']
  readonly remarks: Calls['remarks']
  readonly webhooks: Calls['webhooks']
  readonly outbox: Calls['outbox']
  readonly audit: Calls['audit']
  readonly spending: Calls['spending']
  readonly data: Calls['data']
  /** Launches a run; `runs.launch` with the data typed by the blueprint. */
  launch<B extends AnyBlueprint>(blueprint: B, options: LaunchOptions<B>): Promise<RunView>
  /** Every answer of a run that was not erased, one after the other, with input and answer typed by the blueprint; pages are fetched as needed. */
  exportRows<B extends AnyBlueprint>(blueprint: B, options: ExportOptions): AsyncIterable<TypedExportRow<B>>
  /**
   * Where answers are downloaded from, for a link in a page that carries the host's login: of a run, or of all that is
   * given of a run, task, project, person and time. `options` as for {@link exportRows}.
   */
  downloadUrl(of: string | DownloadFilter, format: 'jsonl' | 'csv' | 'parquet', options?: { readonly includeSetAside?: boolean; readonly migrated?: boolean }): string
  /** Where all that was said while work was under way is downloaded from, a JSON object a line: of a run, or of all that is given. */
  transcriptsUrl(of: string | Pick<DownloadFilter, 'run' | 'task' | 'project'>): string
}

/** Makes a typed client for pages, scripts and tools. Nothing is sent before the first call. */
export function createMephistoClient(options: MephistoClientOptions): MephistoClient {
  const send = options.fetch ?? fetch
  const { headers = {} } = options
  const url = options.url.endsWith('/') ? options.url : `${options.url}/`
  const calls = createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: `${url}trpc`,
        headers: async () => ({ ...(typeof headers === 'function' ? await headers() : headers) }),
        fetch: async (input, init) => {
          const response = await send(input as RequestInfo, { ...(init as RequestInit), credentials: 'same-origin' }).catch((cause: unknown) => {
            throw new Error(`Mephisto at ${url} could not be reached.`, { cause })
          })
          // A login wall may answer with a page of its own: its status says enough.
          if (response.headers.get('content-type')?.includes('json') === true || response.status === 401 || response.status === 403) return response
          throw new Error(`What answered at ${url} is not Mephisto (HTTP ${String(response.status)}); check the address of the mount.`)
        },
      }),
    ],
  })
  const { principal, runs, review, people, projects, privacy, remarks, webhooks, outbox, audit, spending, data } = calls
  return {
    url, principal, runs, review, people, projects, privacy, remarks, webhooks, outbox, audit, spending, data,
    launch: (blueprint, launch) => runs.launch.mutate({ blueprint: blueprint.type, ...launch, data: 'feed' in launch.data ? { ...launch.data } : [...launch.data] }),
    exportRows: (blueprint, query) => exportRows(blueprint, query, page => data.export.query(page)),
    transcriptsUrl: of => fileUrl(`${url}transcripts`, { of, format: 'jsonl', query: new URLSearchParams(typeof of === 'string' ? {} : { ...of }) }),
    downloadUrl(of, format, { includeSetAside = false, migrated = false } = {}) {
      const { worker, ...within } = typeof of === 'string' ? {} : of
      const query = new URLSearchParams({ ...within, ...worker, ...includeSetAside ? { setAside: '1' } : {}, ...migrated ? { migrated: '1' } : {} })
      return fileUrl(`${url}export`, { of, format, query })
    },
  }
}

/** Where a file is downloaded from: by the id of its run, or by a query that says what is meant. */
function fileUrl(folder: string, { of, format, query }: { readonly of: string | object; readonly format: string; readonly query: URLSearchParams }): string {
  return `${folder}/${typeof of === 'string' ? encodeURIComponent(of) : ANY_EXPORT}.${format}${query.size === 0 ? '' : `?${query.toString()}`}`
}
