import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { implement, type BlueprintImplementation } from '../sdk/index.js'
import { createTestMephisto, type TestMephisto } from '../sdk/testing/index.js'
import { serveApp, type AppServer } from './app-server.js'
import { sentiment } from './sentiment.js'

/** What a test of the command line works at: a database, an app over it, and a folder for files. */
export interface CliStage {
  readonly mephisto: TestMephisto
  readonly app: AppServer
  readonly folder: string
}

/** Gives each test a stage of its own. @default blueprints the sentiment task */
export function cliEachTest(give: (stage: CliStage) => void, { blueprints = [implement(sentiment)] }: { readonly blueprints?: readonly BlueprintImplementation[] } = {}): void {
  let stage: CliStage
  beforeEach(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mephisto-cli-'))
    const mephisto = await createTestMephisto({ blueprints })
    give(stage = { mephisto, app: await serveApp(mephisto), folder })
  })
  afterEach(async () => {
    await stage.app.close()
    await stage.mephisto.close()
    rmSync(stage.folder, { recursive: true, force: true })
  })
}
