import { admitAct } from './admit-act.js'
import { reassigning } from './reassigning.js'
import { blockActs } from './block-acts.js'
import { findingPeople } from './finding-people.js'
import { grantActs } from './grant-acts.js'
import type { PeopleDesk } from './people-desk.js'
import type { PeopleParts } from './people-parts.js'
import { qualificationActs } from './qualification-acts.js'
import { reopenable } from './reopenable.js'
import { workerPage } from './worker-page.js'

/** The people desk over a database. Who may do what is for its callers to check. */
export function createPeopleDesk(parts: PeopleParts): PeopleDesk {
  return { ...qualificationActs(parts), ...grantActs(parts), ...blockActs(parts), ...admitAct(parts), ...reassigning(parts), ...findingPeople(parts), ...workerPage(parts), ...reopenable(parts) }
}
