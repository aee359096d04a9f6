import type { MephistoClient } from '../../sdk/client/create-mephisto-client.js'
import type { UnitStatus } from '../../sdk/data-model/lifecycle.js'
import type { QueueSearch } from './queue-search/queue-search.js'

/** Which units of a run a queue lists. */
export interface ListedUnits {
  readonly statuses: readonly UnitStatus[]
  readonly search: QueueSearch
}

/** The keys of one client's replies. */
export interface ReviewKeys {
  readonly principal: readonly unknown[]
  /** Every list of runs. */
  readonly allRuns: readonly unknown[]
  runs(task: string | undefined): readonly unknown[]
  progress(run: string): readonly unknown[]
  /** Lists of runs, by what is listed. */
  runList(filter: object): readonly unknown[]
  /** People, leases and gold of a run. */
  overview(run: string): readonly unknown[]
  timeline(run: string): readonly unknown[]
  /** How the answers of a run are spread. */
  statistics(run: string): readonly unknown[]
  workers(run: string): readonly unknown[]
  /** Everything about people: workers, qualifications, blocks. */
  readonly allPeople: readonly unknown[]
  people(what: string, filter: object): readonly unknown[]
  /** Every queue of a run, whatever its statuses. */
  queues(run: string): readonly unknown[]
  queue(run: string, listed: ListedUnits): readonly unknown[]
  /** What happened at a unit. */
  history(unit: string): readonly unknown[]
  /** All answers to an item. */
  item(run: string, assignment: string): readonly unknown[]
  /** A unit with all of its long answer. */
  whole(unit: string, characters: number | null): readonly unknown[]
  /** The link to a file. */
  file(id: string): readonly unknown[]
  /** What was said while a unit was worked at. */
  transcript(unit: string): readonly unknown[]
  /** Every list of remarks. */
  readonly allRemarks: readonly unknown[]
  remarks(filter: object): readonly unknown[]
  /** What pages beside those of runs read: by area, and what of it. */
  named(area: string, ...parts: readonly unknown[]): readonly unknown[]
  /** Decisions and undos of a run, which are mutations. */
  decisions(run: string): readonly unknown[]
}

/** The keys of a client; all start with `mephisto`, so that they clash with no key of the host. */
export function reviewKeys(client: MephistoClient): ReviewKeys {
  const base = ['mephisto', client.url] as const
  return {
    principal: [...base, 'principal'],
    allRuns: [...base, 'runs'],
    runs: (task: string | undefined) => [...base, 'runs', task ?? null],
    progress: (run: string) => [...base, 'progress', run],
    runList: (filter: object) => [...base, 'runs', filter],
    overview: (run: string) => [...base, 'overview', run],
    timeline: (run: string) => [...base, 'timeline', run],
    statistics: (run: string) => [...base, 'statistics', run],
    workers: (run: string) => [...base, 'workers', run],
    allPeople: [...base, 'people'],
    people: (what: string, filter: object) => [...base, 'people', what, filter],
    queues: (run: string) => [...base, 'queue', run],
    queue: (run: string, listed: ListedUnits) => [...base, 'queue', run, listed],
    history: (unit: string) => [...base, 'history', unit],
    item: (run: string, assignment: string) => [...base, 'item', run, assignment],
    whole: (unit: string, characters: number | null) => [...base, 'whole', unit, characters],
    file: (id: string) => [...base, 'file', id],
    transcript: (unit: string) => [...base, 'transcript', unit],
    allRemarks: [...base, 'remarks'],
    remarks: (filter: object) => [...base, 'remarks', filter],
    named: (area: string, ...parts: readonly unknown[]) => [...base, area, ...parts],
    decisions: (run: string) => [...base, 'decisions', run],
  }
}
