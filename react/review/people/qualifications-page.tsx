import { useState, type ReactNode } from 'react'
import type { QualificationView } from '../../../sdk/protocol/people-views.js'
import { FailurePage } from '../failure-page.js'
import { StaleNotice } from '../stale-notice.js'
import type { ReviewSource } from '../review-store.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { ActNews } from './act-news.js'
import { TextField } from './form-field.js'
import { isPassing } from './is-passing.js'
import { NamedTable } from './named-table.js'
import { MakeQualificationSheet } from './qualification-sheets.js'
import { usePeopleAct } from './use-people-act.js'
import { usePeopleRights } from './use-people-rights.js'
import { useQualificationList } from './use-qualification-list.js'

/** Options of {@link QualificationsPage}. */
export interface QualificationsPageProps extends ReviewSource {
  /** Draws the name of a qualification, as a link to its page. @default the name alone */
  readonly nameOf?: (qualification: QualificationView, name: string) => ReactNode
  /** Where your login page is. @default no link */
  readonly loginHref?: string | undefined
}

/** All qualifications with how many people have each; an operator makes more. */
export function QualificationsPage({ nameOf, loginHref, ...source }: QualificationsPageProps) {
  const { common, people } = useTexts()
  const { qualificationList: texts } = people
  const formats = useFormats()
  const [name, setName] = useState('')
  const [isMaking, setIsMaking] = useState(false)
  const { isOperator } = usePeopleRights(source)
  const act = usePeopleAct(source)
  const { qualifications, failure, hasMore, loadMore, refresh } = useQualificationList(source)
  if (failure && (!qualifications || !isPassing(failure))) return <FailurePage failure={failure} loginHref={loginHref} onRetry={refresh} />
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
                {nameOf?.(one, one.name) ?? one.name}
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
