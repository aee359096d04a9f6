import { isMephistoError } from '../../sdk/index.js'
import { withFaults } from '../../sdk/testing/index.js'
import { named, OLGA, openStage, PIA } from '../privacy-stage.js'
import type { TargetKind } from '../scenarios/promise-open.js'

// A process that erases somebody: killed for good, as SIGKILL does, at the statement whose number it is given.

const [kind = 'sqlite', at = '', name = '', requestId = '', killAt = '0'] = process.argv.slice(2)
const stage = await openStage({ kind: kind as TargetKind, at }, {
  around: client => withFaults(client, ({ number }) => {
    if (number === Number(killAt)) process.kill(process.pid, 'SIGKILL')
    return null
  }),
})
try {
  const reply = await stage.mephisto.privacy.erase(OLGA, { requestId, person: named(name), principalId: PIA.id })
  process.send?.({ reply })
} catch (error) {
  if (!isMephistoError(error)) throw error
  process.send?.({ code: error.code })
}
await stage.close()
process.disconnect()
