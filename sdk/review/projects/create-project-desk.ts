import { discardFilesAct } from './discard-files-act.js'
import { findingProjects } from './finding-projects.js'
import { projectActs } from './project-acts.js'
import type { ProjectDesk } from './project-desk.js'
import type { WorkParts } from '../../ports/work-parts.js'

/** The project desk over a database. Who may do what is for its callers to check. */
export function createProjectDesk(parts: WorkParts): ProjectDesk {
  return { ...projectActs(parts), ...discardFilesAct(parts), ...findingProjects(parts) }
}
