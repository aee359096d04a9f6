import type { WorkParts } from '../../ports/work-parts.js'
import type { RemarkReply, TipView } from '../../protocol/remark-views.js'
import type { AgentClaims } from '../agent-tokens.js'
import type { PlaceFinder } from '../agent-places.js'
import { leaveRemark, type LeftRemark } from './leave-remark.js'
import { shownTip } from './shown-tip.js'

/** What pages can say about the work, and read of what others said. */
export interface Remarks {
  /** @throws MephistoError as `leaveRemark` */
  leave(agent: AgentClaims, remark: LeftRemark): Promise<RemarkReply>
  /** Approved tips of the attempt's task, of all of its runs, the latest first. */
  tips(agent: AgentClaims): Promise<readonly TipView[]>
}

interface Parts extends WorkParts {
  readonly findPlace: PlaceFinder
}

/** As many as anybody reads. */
const MOST_TIPS = 50

/** Remarks of an instance. */
export function createRemarks(parts: Parts): Remarks {
  return {
    leave: (agent, left) => leaveRemark(parts, agent, left),
    async tips({ agentId }) {
      const { db, findPlace } = parts
      const run = await db.runs.get((await findPlace(agentId)).runId)
      return run === null ? [] : (await db.remarks.tips(run.taskId, MOST_TIPS)).flatMap(({ id, shown }) => (shown === null ? [] : [{ id, ...shownTip(shown) }]))
    },
  }
}
