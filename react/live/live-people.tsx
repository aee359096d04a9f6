import { useState } from 'react'
import type { AnyBlueprint } from '../../sdk/blueprints/blueprint.js'
import type { LivePage } from '../../sdk/client/live-page.js'
import { overText, peopleNews } from '../../sdk/client/live-text.js'
import type { WorkingTask } from '../../sdk/client/task-state.js'
import { PeopleList } from './people-list.js'

/** Props of {@link LivePeople}. */
export interface LivePeopleProps {
  /** A unit in hand at which something is live. */
  readonly task: WorkingTask<AnyBlueprint>
  /** Names of programs that take part and are in no place. @default none */
  readonly programs?: readonly string[]
}

/** Who is at the item: you, here, away or left. Says aloud when somebody comes, goes away, comes back or leaves, and shows why it is over. */
export function LivePeople({ task: { live }, programs = [] }: LivePeopleProps) {
  return live && <PeopleNow live={live} programs={programs} />
}

function PeopleNow({ live, programs }: { readonly live: LivePage<AnyBlueprint>; readonly programs: readonly string[] }) {
  const [said, setSaid] = useState({ people: live.people, news: '' })
  if (said.people !== live.people) {
    // Who was there when the page was opened is no news.
    const news = said.people.length === 0 ? '' : peopleNews(said.people, live.people, live.you)
    setSaid({ people: live.people, news: news === '' ? said.news : news })
  }
  return (
    <section className="mephisto-prose">
      <PeopleList live={live} programs={programs} />
      <div role="status" className={live.phase === 'over' ? 'mephisto-live' : 'mephisto-unseen'}>
        {live.phase === 'over' ? <p className="mephisto-notice">{overText(live.reason, live.seats)}</p> : said.news}
      </div>
    </section>
  )
}
