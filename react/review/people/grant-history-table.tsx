import type { ReviewSource } from '../review-store.js'
import { LoadingHint } from '../kit/loading-hint.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { NamedTable } from '../kit/named-table.js'
import type { LinkTo } from '../kit/link-to.js'
import { useGrantHistory, type GrantHistoryFilter } from './use-grant-history.js'

interface GrantHistoryTableProps {
  readonly source: ReviewSource
  readonly filter: GrantHistoryFilter
  readonly linkTo: LinkTo
}

/** What was granted and revoked, the latest first: of a worker by qualification, of a qualification by worker. */
export function GrantHistoryTable({ source, filter, linkTo }: GrantHistoryTableProps) {
  const { common, people } = useTexts()
  const { history: texts } = people
  const formats = useFormats()
  const { events, failure, hasMore, loadMore } = useGrantHistory({ ...source, filter })
  if (!events) return <LoadingHint failure={failure} />
  if (events.length === 0) return <p className="mephisto-review-hint">{people.page.noHistory}</p>
  const isOfWorker = filter.worker !== undefined
  return (
    <>
      <NamedTable label={people.page.history} columns={[isOfWorker ? people.qualification : texts.whom, texts.what, texts.value, texts.reason, texts.by, texts.when]}>
        {events.map(({ id, qualificationId, qualification, worker, verb, value, reason, by, at }) => (
          <tr key={id}>
            <th scope="row">
              {!isOfWorker ? linkTo({ to: 'worker', id: worker.id }, worker.pseudonym)
                : qualification === null ? texts.deleted(qualificationId) : linkTo({ to: 'qualification', id: qualificationId }, qualification)}
            </th>
            <td data-name={texts.what}>{verb === 'grant' ? texts.granted : texts.revoked}</td>
            <td data-name={texts.value}>{value === null ? people.none : formats.count(value)}</td>
            <td data-name={texts.reason}>{reason ?? people.none}</td>
            <td data-name={texts.by}>{by}</td>
            <td data-name={texts.when}>{formats.moment(at)}</td>
          </tr>
        ))}
      </NamedTable>
      {hasMore && <p><button type="button" className="mephisto-button" onClick={loadMore}>{common.loadMore}</button></p>}
    </>
  )
}
