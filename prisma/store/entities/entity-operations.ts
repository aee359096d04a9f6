import type { EntityOperations } from '../../../sdk/ports/entity-operations.js'
import type { Statements } from '../statements.js'
import { agentOperations } from './agents.js'
import { assignmentOperations } from './assignments.js'
import { blockOperations } from './blocks.js'
import { decisionEntities } from './decisions.js'
import { grantOperations } from './grants.js'
import { projectOperations } from './projects.js'
import { qualificationOperations } from './qualifications.js'
import { requesterOperations } from './requesters.js'
import { runEntities } from './runs.js'
import { taskEntities } from './tasks.js'
import { unitEntities } from './units.js'
import { workerEntities } from './workers.js'

/** Making, naming and finding entities. */
export function entityOperations(db: Statements): EntityOperations {
  return {
    projects: projectOperations(db),
    tasks: taskEntities(db),
    requesters: requesterOperations(db),
    workers: workerEntities(db),
    runs: runEntities(db),
    assignments: assignmentOperations(db),
    units: unitEntities(db),
    agents: agentOperations(db),
    qualifications: qualificationOperations(db),
    grants: grantOperations(db),
    blocks: blockOperations(db),
    decisions: decisionEntities(db),
  }
}
