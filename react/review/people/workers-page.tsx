import { useState } from 'react'
import { FailurePage } from '../failure-page.js'
import { StaleNotice } from '../kit/stale-notice.js'
import type { ReviewSource } from '../review-store.js'
import { useTexts } from '../texts/review-texts.js'
import { SelectField, TextField } from '../kit/fields.js'
import { blocksPage } from '../kit/failure-blocks.js'
import { noLinks, type LinkTo } from '../kit/link-to.js'
import { useStandingBlocks } from './use-blocks.js'
import { usePeopleByName } from './use-people-by-name.js'
import { useQualificationList } from './use-qualification-list.js'
import { useWorkerList, type ListedWorker, type WorkerListFilter } from './use-worker-list.js'
import { WorkerTable } from './worker-table.js'

/** Options of {@link WorkersPage}. */
export interface WorkersPageProps extends ReviewSource {
  /** Draws names as links to where they are shown. @default texts */
  readonly linkTo?: LinkTo
  /** Where your login page is. @default no link */
  readonly loginHref?: string | undefined
}

const FILTERS: readonly WorkerListFilter[] = ['all', 'answered', 'blocked', 'qualified']

/** Everybody who is known: those who answered, are blocked or have a qualification, and somebody by name. */
export function WorkersPage({ linkTo = noLinks, loginHref, ...source }: WorkersPageProps) {
  const { common, people: { list: texts, ...people } } = useTexts()
  const [show, setShow] = useState<WorkerListFilter>('all')
  const [chosen, setChosen] = useState('')
  const [name, setName] = useState('')
  const { qualifications } = useQualificationList(source)
  const qualification = chosen === '' ? qualifications?.[0]?.id ?? '' : chosen
  const { people: listed, failure, hasMore, loadMore, refresh } = useWorkerList({ ...source, show, ...(show === 'qualified' ? { qualification } : {}) })
  const named = usePeopleByName({ ...source, name })
  const blocks = useStandingBlocks(source)
  if (blocksPage(failure, listed !== undefined)) return <FailurePage failure={failure} loginHref={loginHref} onRetry={refresh} />
  const found = name.trim() === '' ? listed : among(listed, named, name.trim())
  return (
    <>
      <div className="mephisto-review-filters" role="group" aria-label={texts.show}>
        {FILTERS.map(one => <button key={one} type="button" className="mephisto-review-filter" aria-pressed={one === show} onClick={() => { setShow(one) }}>{texts.filters[one]}</button>)}
      </div>
      <div className="mephisto-review-finding">
        <TextField label={texts.find} hint={texts.findHint} type="search" maxLength={200} value={name} onChange={setName} />
        {show === 'qualified' && qualifications && qualifications.length > 0 && (
          <SelectField label={people.qualification} value={qualification} onChange={setChosen} options={qualifications.map(one => [one.id, one.name] as const)} />
        )}
      </div>
      <StaleNotice failure={failure} />
      {!found && <p className="mephisto-review-empty" role="status">{common.loading}</p>}
      {found?.length === 0 && <p className="mephisto-review-empty">{name.trim() !== '' ? texts.notFound(name.trim()) : show === 'qualified' && qualifications?.length === 0 ? texts.noQualifications : texts.empty[show]}</p>}
      {found && found.length > 0 && <WorkerTable people={found} show={show} blocks={blocks} linkTo={linkTo} />}
      {hasMore && <p><button type="button" className="mephisto-button" onClick={loadMore}>{common.loadMore}</button></p>}
    </>
  )
}

/** Those of a list whose name has this in it, and whoever is called just so; undefined while nobody knows whether somebody is. Pure. */
function among(listed: readonly ListedWorker[] | undefined, named: ReturnType<typeof usePeopleByName>, text: string): readonly ListedWorker[] | undefined {
  const part = text.toLowerCase()
  const found = listed?.filter(({ worker: { pseudonym, externalId } }) => [pseudonym, externalId].some(one => one.toLowerCase().includes(part))) ?? []
  const others = named?.filter(({ id }) => !found.some(({ worker }) => worker.id === id)).map(worker => ({ worker })) ?? []
  return found.length + others.length === 0 && named === undefined ? undefined : [...found, ...others]
}
