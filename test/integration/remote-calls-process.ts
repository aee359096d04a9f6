import type { TargetKind } from '../scenarios/promise-open.js'
import { helping } from '../sessions-blueprint.js'
import { openSessionsStage } from '../sessions-stage.js'

// A process that takes a call and is killed, as SIGKILL does, while it makes it.

const [kind = 'sqlite', at = '', runId = '', callId = ''] = process.argv.slice(2)
const stage = await openSessionsStage({ kind: kind as TargetKind, at }, { onShout: () => { process.kill(process.pid, 'SIGKILL') } })
const task = await stage.worker('ann').accept(helping, { id: runId })
await task.call('shout', { text: 'help' }, callId)
