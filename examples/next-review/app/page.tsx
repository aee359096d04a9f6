import { database } from '../lib/database'
import { acceptedShelves } from '../lib/mephisto'

export const dynamic = 'force-dynamic'

export default async function Catalogue() {
  const [things, shelves] = [await (await database()).thing.findMany({ orderBy: { name: 'asc' } }), await acceptedShelves()]
  return (
    <main className="shed-main">
      <h1>Things to borrow</h1>
      <p className="shed-lead">{shelves.size} of {things.length} have a shelf.</p>
      <ul className="shed-things">
        {things.map(({ id, name, about }) => (
          <li key={id}>
            <strong>{name}</strong>
            <span>{about}</span>
            {shelves.has(id) ? <em className="shed-shelf">{shelves.get(id)}</em> : <em>Not sorted yet</em>}
          </li>
        ))}
      </ul>
    </main>
  )
}
