import { useCallback, useContext } from 'react'
import { QualificationPage } from '../review/people/qualification-page.js'
import { QualificationsPage } from '../review/people/qualifications-page.js'
import type { PeopleLinks } from '../review/people/people-links.js'
import { useQualification } from '../review/people/use-qualification.js'
import { useWorker } from '../review/people/use-worker.js'
import { WorkerPage } from '../review/people/worker-page.js'
import { WorkersPage } from '../review/people/workers-page.js'
import type { ReviewSource } from '../review/review-store.js'
import { useTexts } from '../review/texts/review-texts.js'
import { textOfPlace, type ConsolePlace, type PeoplePlace } from './console-place.js'
import { Heading } from './heading.js'
import { NavigationContext, PlaceLink } from './place-link.js'

const linkTo = (to: ConsolePlace, name: string) => <PlaceLink to={to} className="mephisto-review-link">{name}</PlaceLink>

/** Links from names to their pages in the console. */
export const PEOPLE_LINKS: Required<PeopleLinks> = {
  worker: ({ id }, name) => linkTo({ page: 'worker', worker: id }, name),
  qualification: ({ id }, name) => linkTo({ page: 'qualification', qualification: id }, name),
  run: (run, name) => linkTo({ page: 'run', run, part: 'overview' }, name),
  unit: ({ runId }, name) => linkTo({ page: 'run', run: runId, part: 'answers' }, name),
}

interface PeoplePlacesProps {
  readonly source: ReviewSource
  readonly place: PeoplePlace
  readonly loginHref: string | undefined
}

/** The pages about people. */
export function PeoplePlaces({ source, place, loginHref }: PeoplePlacesProps) {
  const { people: texts } = useTexts()
  switch (place.page) {
    case 'workers': return <><Heading at="workers">{texts.workers}</Heading><WorkersPage {...source} nameOf={PEOPLE_LINKS.worker} loginHref={loginHref} /></>
    case 'qualifications': return <><Heading at="qualifications">{texts.qualifications}</Heading><QualificationsPage {...source} nameOf={PEOPLE_LINKS.qualification} loginHref={loginHref} /></>
    case 'worker': return <WorkerPlace key={place.worker} source={source} worker={place.worker} loginHref={loginHref} />
    case 'qualification': return <QualificationPlace key={place.qualification} source={source} qualification={place.qualification} loginHref={loginHref} />
  }
}

interface OneProps {
  readonly source: ReviewSource
  readonly loginHref: string | undefined
}

function WorkerPlace({ source, worker, loginHref }: OneProps & { readonly worker: string }) {
  const { people: texts } = useTexts()
  const { page } = useWorker({ ...source, worker })
  return (
    <>
      <Heading at={textOfPlace({ page: 'worker', worker })}>{page?.worker.pseudonym ?? texts.worker}</Heading>
      <WorkerPage {...source} worker={worker} links={PEOPLE_LINKS} loginHref={loginHref} />
    </>
  )
}

function QualificationPlace({ source, qualification: named, loginHref }: OneProps & { readonly qualification: string }) {
  const { people: texts } = useTexts()
  const { go } = useContext(NavigationContext)
  const { qualification } = useQualification({ ...source, qualification: named })
  const leave = useCallback(() => { go({ page: 'qualifications' }) }, [go])
  return (
    <>
      <Heading at={textOfPlace({ page: 'qualification', qualification: named })}>{qualification?.name ?? texts.qualification}</Heading>
      <QualificationPage {...source} qualification={named} links={PEOPLE_LINKS} onDeleted={leave} loginHref={loginHref} />
    </>
  )
}
