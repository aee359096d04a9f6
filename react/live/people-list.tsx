import type { AnyBlueprint } from '../../sdk/blueprints/blueprint.js'
import type { LivePage } from '../../sdk/client/live-page.js'
import { personText } from '../../sdk/client/live-text.js'

/** Who is at the item, each with a word for how they are. */
export function PeopleList({ live: { people, you } }: { readonly live: LivePage<AnyBlueprint> }) {
  return (
    <ul role="list" className="mephisto-people" aria-label="People">
      {people.map(person => (
        <li key={person.seat} className={`mephisto-person-${person.status}`}>{person.name} <span className="mephisto-muted">({personText(person, you)})</span></li>
      ))}
    </ul>
  )
}
