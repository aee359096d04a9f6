import { useCallback, useContext } from 'react'
import { QualificationPage } from '../review/people/qualification-page.js'
import { QualificationsPage } from '../review/people/qualifications-page.js'
import { useQualification } from '../review/people/use-qualification.js'
import { useWorker } from '../review/people/use-worker.js'
import { WorkerPage } from '../review/people/worker-page.js'
import { WorkersPage } from '../review/people/workers-page.js'
import type { ReviewSource } from '../review/review-store.js'
import { useTexts } from '../review/texts/review-texts.js'
import { textOfPlace, type PeoplePlace } from './console-place.js'
import { Heading } from './heading.js'
import { linkTo } from './link-to-place.js'
import { NavigationContext } from './place-link.js'

interface PeoplePlacesProps {
  readonly source: ReviewSource
  readonly place: PeoplePlace
  readonly loginHref: string | undefined
}

/** The pages about people. */
export function PeoplePlaces({ source, place, loginHref }: PeoplePlacesProps) {
  const { people: texts } = useTexts()
  switch (place.page) {
    case 'workers': return <><Heading at="workers">{texts.workers}</Heading><WorkersPage {...source} linkTo={linkTo} loginHref={loginHref} /></>
    case 'qualifications': return <><Heading at="qualifications">{texts.qualifications}</Heading><QualificationsPage {...source} linkTo={linkTo} loginHref={loginHref} /></>
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
      <WorkerPage {...source} worker={worker} linkTo={linkTo} loginHref={loginHref} />
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
      <QualificationPage {...source} qualification={named} linkTo={linkTo} onDeleted={leave} loginHref={loginHref} />
    </>
  )
}
