import type { AnyBlueprint } from '../../sdk/blueprints/blueprint.js'
import type { LivePage } from '../../sdk/client/live-page.js'
import { A_PROGRAM, personText } from '../../sdk/client/live-text.js'

/** Who is at the item, each with a word for how they are, and programs that are in no place. */
export function PeopleList({ live: { people, you }, programs = [] }: { readonly live: LivePage<AnyBlueprint>; readonly programs?: readonly string[] }) {
  return (
    <ul role="list" className="mephisto-people" aria-label="People">
      {people.map(person => (
        <li key={person.seat} className={`mephisto-person-${person.status}`}>{person.name} <span className="mephisto-muted">({personText(person, you)})</span></li>
      ))}
      {programs.map(name => <li key={name}>{name} <span className="mephisto-muted">({A_PROGRAM})</span></li>)}
    </ul>
  )
}
