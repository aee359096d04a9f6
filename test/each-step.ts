import { openEmbeddedClient } from '../prisma/embedded-client.js'
import { prismaDb } from '../prisma/prisma-db.js'
import { createMephisto, implement, type BlueprintImplementation, type CrowdProvider, type Mephisto } from '../sdk/index.js'
import { inhouse } from '../sdk/providers/inhouse.js'
import { withFaults, type TestMephisto } from '../sdk/testing/index.js'
import { cutOffAt } from './killed.js'
import { sentiment } from './sentiment.js'

/**
 * Does `work` as often as it takes steps in the database, each time on an instance that is cut off from the database at the
 * next step and for good, as a process that is killed is; a commit at an even step is done all the same. Returns how many
 * times.
 */
export async function atEachStep(
  mephisto: TestMephisto, work: (struck: Mephisto, step: number) => Promise<void>,
  { every = 1, blueprints = [implement(sentiment)], providers = [inhouse()] }: { readonly every?: number; readonly blueprints?: readonly BlueprintImplementation[]; readonly providers?: readonly CrowdProvider[] } = {},
): Promise<number> {
  const { client, close } = await openEmbeddedClient({ file: mephisto.file })
  let times = 0
  for (let last = 1, isStruck = true; isStruck; last += every) {
    const { plan, isStruck: wasStruck } = cutOffAt(last)
    const struck = withFaults(client, plan)
    const instance = createMephisto({
      db: prismaDb(struck, { provider: 'sqlite', now: mephisto.runtime.now }), runtime: mephisto.runtime, providers, blueprints,
      secret: 'a secret for tests that is long enough', architect: mephisto.architect, authorize: () => null,
    })
    await work(instance, last)
    isStruck = wasStruck()
    times += 1
  }
  await close()
  return times
}
