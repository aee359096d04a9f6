import { postgresBus } from '../../prisma/postgres-bus.js'
import { withFaults } from '../../sdk/testing/index.js'
import type { LiveProcess } from '../live-servers.js'
import { isWriting, openTallyStage } from '../tally-stage.js'

// A process of its own: a started instance on a server. It says where that is; from the first message on its steps count.

const { target, killed, bus } = JSON.parse(process.argv[2] ?? '') as LiveProcess
let [isOn, steps] = [false, 0]
const stage = await openTallyStage(target, {
  ...(bus === undefined ? {} : { bus: await postgresBus({ url: bus }) }),
  around: client => withFaults(client, step => {
    if (!isOn || !isWriting(step)) return null
    steps += 1
    return steps === killed?.at ? killed.how : null
  }),
})
process.on('message', () => { isOn = true })
process.on('disconnect', () => process.exit(0))
process.send?.(stage.origin)
