import { useState } from 'react'
import { FailurePage } from '../failure-page.js'
import { noLinks, type LinkTo } from '../kit/link-to.js'
import { StaleNotice } from '../kit/stale-notice.js'
import type { ReviewSource } from '../review-store.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { ActNews } from './act-news.js'
import { TextField } from '../kit/fields.js'
import { blocksPage } from '../kit/failure-blocks.js'
import { NamedTable } from '../kit/named-table.js'
import { MakeQualificationSheet } from './qualification-sheets.js'
import { usePeopleAct } from './use-people-act.js'
import { useRights } from '../kit/use-rights.js'
import { useQualificationList } from './use-qualification-list.js'

/** Options of {@link QualificationsPage}. */
export interface QualificationsPageProps extends ReviewSource {
  /** Draws names as links to where they are shown. @default texts */
  readonly linkTo?: LinkTo
  /** Where your login page is. @default no link */
  readonly loginHref?: string | undefined
}

/** All qualifications with how many people have each; an operator makes more. */
export function QualificationsPage({ linkTo = noLinks, loginHref, ...source }: QualificationsPageProps) {
  const { common, people } = useTexts()
  const { qualificationList: texts } = people
  const formats = useFormats()
  const [name, setName] = useState('')
  const [isMaking, setIsMaking] = useState(false)
  const { isOperator } = useRights(source)
  const act = usePeopleAct(source)
  const { qualifications, failure, hasMore, loadMore, refresh } = useQualificationList(source)
  if (blocksPage(failure, qualifications !== undefined)) return <FailurePage failure={failure} loginHref={loginHref} onRetry={refresh} />
  const part = name.trim().toLowerCase()
  const found = qualifications?.filter(one => one.name.toLowerCase().includes(part))
  return (
    <>
      <div className="mephisto-review-finding">
        <TextField label={texts.find} type="search" maxLength={200} value={name} onChange={setName} />
        {isOperator && <button type="button" className="mephisto-button mephisto-button-primary" onClick={() => { act.reset(); setIsMaking(true) }}>{texts.make}</button>}
      </div>
      <ActNews act={act} isAsking={isMaking} />
      <StaleNotice failure={failure} />
      {!found && <p className="mephisto-review-empty" role="status">{common.loading}</p>}
      {found?.length === 0 && <p className="mephisto-review-empty">{part === '' ? texts.empty : texts.notFound(name.trim())}</p>}
      {found && found.length > 0 && (
        <NamedTable label={people.qualifications} columns={[texts.name, texts.have, texts.made]} isPanel>
          {found.map(one => (
            <tr key={one.id}>
              <th scope="row">
                {linkTo({ to: 'qualification', id: one.id }, one.name)}
                {one.description !== null && <span className="mephisto-review-hint mephisto-review-under">{one.description}</span>}
              </th>
              <td data-name={texts.have}>{formats.count(one.workers)}</td>
              <td data-name={texts.made}>{formats.moment(one.createdAt)}</td>
            </tr>
          ))}
        </NamedTable>
      )}
      {hasMore && <p><button type="button" className="mephisto-button" onClick={loadMore}>{common.loadMore}</button></p>}
      {isMaking && <MakeQualificationSheet act={act} onClose={() => { setIsMaking(false) }} />}
    </>
  )
}
