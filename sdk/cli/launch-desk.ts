import { isFeedReference } from '../data-model/data-feed.js'
import { SPECIAL_KINDS, type SpecialKind } from '../data-model/features.js'
import { isIterable } from '../data-model/iterable.js'
import type { MephistoClient } from '../client/create-mephisto-client.js'
import { MephistoError } from '../errors.js'
import { readItems, type KnownItems } from '../operations/known-items.js'
import type { AnyLaunchOptions } from '../operations/launch-options.js'
import type { RunPlan } from '../operations/run-plan.js'
import { toRunView } from '../operations/run-rows.js'
import type { MephistoDb } from '../ports/mephisto-db.js'
import type { RunView } from '../protocol/run-views.js'
import { inhouse } from '../providers/inhouse.js'
import { databaseOperator } from './database-operator.js'
import { allOf, inOnePiece } from './in-one-piece.js'
import { optionsOf, type RunFile } from './run-module.js'

/** Where a run that a file defines is planned and launched, as the command line sees it. */
export interface LaunchDesk {
  plan(): Promise<RunPlan>
  /** @param onRows is told how many rows have been written, where that can be known before the end */
  launch(onRows: (rows: number) => void): Promise<RunView>
}

/** The launch desk of a database: the file's own code checks the data. */
export function databaseLaunchDesk(db: MephistoDb, file: RunFile): LaunchDesk {
  const { implementation, providers, plan } = file.definition
  const operator = databaseOperator(db, { blueprints: [implementation], providers: [inhouse(), ...providers] })
  return {
    plan: async () => operator.plan(implementation.blueprint, { ...await optionsOf(file), ...plan }),
    launch: async onRows => toRunView(await operator.launch(implementation.blueprint, { ...await optionsOf(file), onProgress: ({ rows }) => { onRows(rows) } })),
  }
}

/** What is to be sent of features whose items are made by code: the items that it makes. */
async function itemsOf(options: Pick<AnyLaunchOptions, SpecialKind>): Promise<Pick<AnyLaunchOptions, SpecialKind>> {
  const read: Partial<Record<SpecialKind, object>> = {}
  for (const kind of SPECIAL_KINDS) {
    const { items: given, mostUnits }: { readonly items?: KnownItems; readonly mostUnits?: number } = options[kind] ?? {}
    // What is wrong with an option the app says.
    if (isIterable(given) && !Array.isArray(given)) read[kind] = { ...options[kind], items: await readItems({ kind, given, mostUnits }) }
  }
  return read as Pick<AnyLaunchOptions, SpecialKind>
}

/** The launch desk of an app: its own blueprint of that name checks the data, which is sent in one piece. */
export function appLaunchDesk({ runs }: MephistoClient, file: RunFile): LaunchDesk {
  const { path, definition } = file
  const request = async () => {
    const { data, priority, assignees, onProgress: _onProgress, ...settings } = await optionsOf(file)
    for (const [option, code] of Object.entries({ priority, assignees })) {
      if (code !== undefined) throw new MephistoError('invalid_options', `${path}: "${option}" is code, which cannot be sent to an app. Launch this run on its database, with --db.`)
    }
    const own = { ...settings, ...await itemsOf(settings), blueprint: definition.implementation.blueprint.type }
    if (isFeedReference(data)) return { ...own, data: { ...data } }
    return { ...own, data: await allOf(data) }
  }
  return {
    plan: async () => inOnePiece(runs.plan.mutate({ ...await request(), ...definition.plan })),
    launch: async () => inOnePiece(runs.launch.mutate(await request())),
  }
}
