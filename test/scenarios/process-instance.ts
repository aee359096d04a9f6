import { createMephisto, type BlueprintImplementation, type Mephisto, type MephistoDb } from '../../sdk/index.js'
import { inhouse } from '../../sdk/providers/inhouse.js'

/** An instance on a database that several processes share. The same secret for all: tokens of one are good at another. */
export function processInstance(db: MephistoDb, ...blueprints: readonly BlueprintImplementation[]): Mephisto {
  return createMephisto({
    db, providers: [inhouse()], blueprints, secret: 'one secret for all the processes of it', authorize: () => null,
    architect: { specVersion: 1, type: 'test', baseUrl: 'http://test.invalid/mephisto/', basePath: '/mephisto/', taskUrl: 'http://test.invalid/work' },
  })
}
