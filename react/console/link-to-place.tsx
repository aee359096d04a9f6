import type { LinkTarget, LinkTo } from '../review/kit/link-to.js'
import type { ConsolePlace } from './console-place.js'
import { PlaceLink } from './place-link.js'

/** Links of the screens, to the places of the console. */
export const linkTo: LinkTo = (target, text) => {
  return <PlaceLink to={placeOf(target)} className="mephisto-review-link">{text}</PlaceLink>
}

/** Where a target is. */
function placeOf(target: LinkTarget): ConsolePlace {
  switch (target.to) {
    case 'run': return { page: 'run', run: target.id, part: 'overview' }
    case 'task': return { page: 'task', task: target.id }
    case 'project': return { page: 'project', project: target.id }
    case 'projects': return { page: 'projects' }
    case 'spending': case 'exports': return { page: target.to, of: target.of }
    case 'qualification': return { page: 'qualification', qualification: target.id }
    case 'answers': return { page: 'run', run: target.run, part: 'answers' }
    case 'worker': return { page: 'worker', worker: target.id }
  }
}
