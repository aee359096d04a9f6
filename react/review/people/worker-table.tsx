import type { BlockView } from '../../../sdk/protocol/people-views.js'
import { acceptedShareOf } from '../run-page/accepted-share.js'
import { useFormats, useTexts, type Formats } from '../texts/review-texts.js'
import type { ReviewTexts } from '../texts/english.js'
import { BlockedMark } from './blocked-mark.js'
import { NamedTable } from '../kit/named-table.js'
import type { LinkTo } from '../kit/link-to.js'
import type { ListedWorker, WorkerListFilter } from './use-worker-list.js'

interface WorkerTableProps {
  readonly people: readonly ListedWorker[]
  readonly show: WorkerListFilter
  /** Who is blocked, by worker id. */
  readonly blocks: ReadonlyMap<string, readonly BlockView[]>
  readonly linkTo: LinkTo
}

/** People with who they are, and what the list is about. */
export function WorkerTable({ people, show, blocks, linkTo }: WorkerTableProps) {
  const { people: texts } = useTexts()
  const formats = useFormats()
  const columns = columnsOf(show, texts, formats)
  return (
    <NamedTable label={texts.workers} columns={[texts.worker, texts.provider, texts.externalId, ...columns.map(({ name }) => name)]} isPanel>
      {people.map(one => {
        const { worker } = one
        return (
          <tr key={worker.id}>
            <th scope="row">{linkTo({ to: 'worker', id: worker.id }, worker.pseudonym)} <BlockedMark blocks={blocks.get(worker.id)} /></th>
            <td data-name={texts.provider}>{worker.provider}</td>
            <td data-name={texts.externalId}>{worker.externalId}</td>
            {columns.map(({ name, shown }) => <td key={name} data-name={name}>{shown(one) ?? texts.none}</td>)}
          </tr>
        )
      })}
    </NamedTable>
  )
}

interface Column {
  readonly name: string
  /** Null for nothing to say. */
  shown(one: ListedWorker): string | null
}

function columnsOf(show: WorkerListFilter, { list: texts, blocks, grants }: ReviewTexts['people'], formats: Formats): readonly Column[] {
  switch (show) {
    case 'all': return []
    case 'answered': return [
      { name: texts.answers, shown: ({ statistics }) => (statistics ? formats.count(statistics.answered) : null) },
      { name: texts.accepted, shown: ({ statistics }) => orNull(statistics && acceptedShareOf(statistics), formats.share) },
      { name: texts.median, shown: ({ statistics }) => orNull(statistics?.medianMs, formats.length) },
      { name: texts.earned, shown: ({ statistics }) => (statistics && statistics.pay.length > 0 ? statistics.pay.map(({ earned }) => formats.money(earned)).join(', ') : null) },
    ]
    case 'blocked': return [
      { name: texts.where, shown: ({ block }) => (block ? blocks.scopes[block.scope] : null) },
      { name: blocks.reason, shown: ({ block }) => block?.reason ?? null },
      { name: texts.since, shown: ({ block }) => orNull(block?.createdAt, formats.moment) },
      { name: texts.until, shown: ({ block }) => (block ? orNull(block.until, formats.moment) ?? blocks.untilLifted : null) },
    ]
    case 'qualified': return [
      { name: texts.value, shown: ({ grant }) => orNull(grant?.value, formats.count) },
      { name: texts.expires, shown: ({ grant }) => (grant ? orNull(grant.expiresAt, grant.isExpired ? when => grants.expired(formats.moment(when)) : formats.moment) ?? grants.forGood : null) },
    ]
  }
}

function orNull<T>(value: T | null | undefined, text: (value: T) => string): string | null {
  return value === null || value === undefined ? null : text(value)
}
