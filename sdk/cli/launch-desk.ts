import { isFeedReference } from '../data-model/data-feed.js'
import type { MephistoClient } from '../client/create-mephisto-client.js'
import { MephistoError } from '../errors.js'
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

/** The launch desk of an app: its own blueprint of that name checks the data, which is sent in one piece. */
export function appLaunchDesk({ runs }: MephistoClient, file: RunFile): LaunchDesk {
  const { path, definition } = file
  const request = async () => {
    const { data, priority, assignees, onProgress: _onProgress, ...settings } = await optionsOf(file)
    for (const [option, code] of Object.entries({ priority, assignees })) {
      if (code !== undefined) throw new MephistoError('invalid_options', `${path}: "${option}" is code, which cannot be sent to an app. Launch this run on its database, with --db.`)
    }
    const own = { ...settings, blueprint: definition.implementation.blueprint.type }
    if (isFeedReference(data)) return { ...own, data: { ...data } }
    return { ...own, data: await allOf(data) }
  }
  return {
    plan: async () => inOnePiece(runs.plan.mutate({ ...await request(), ...definition.plan })),
    launch: async () => inOnePiece(runs.launch.mutate(await request())),
  }
}
