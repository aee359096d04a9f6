import { useState } from 'react'
import type { GrantView, WorkerPageView } from '../../../sdk/protocol/people-views.js'
import { Panel } from '../kit/panel.js'
import type { ReviewSource } from '../review-store.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { ActNews } from './act-news.js'
import { ChangeGrantSheet, GrantQualificationSheet, RevokeSheet } from './grant-sheets.js'
import { NamedTable } from '../kit/named-table.js'
import type { LinkTo } from '../kit/link-to.js'
import { usePeopleAct } from './use-people-act.js'
import { useRights } from '../kit/use-rights.js'

interface WorkerGrantsProps {
  readonly source: ReviewSource
  readonly page: WorkerPageView
  readonly linkTo: LinkTo
}

type Asked = { readonly verb: 'grant' } | { readonly verb: 'change' | 'revoke'; readonly grant: GrantView }

/** The qualifications of a worker; a reviewer grants, changes and revokes. */
export function WorkerGrants({ source, page: { worker, grants }, linkTo }: WorkerGrantsProps) {
  const { people } = useTexts()
  const { grants: texts } = people
  const { isReviewer } = useRights(source)
  const act = usePeopleAct(source)
  const [asked, setAsked] = useState<Asked | null>(null)
  const ask = (what: Asked): void => { act.reset(); setAsked(what) }
  const close = (): void => { setAsked(null) }
  return (
    <Panel title={people.page.may} isWide actions={isReviewer && <button type="button" className="mephisto-button" onClick={() => { ask({ verb: 'grant' }) }}>{texts.grant}</button>}>
      <ActNews act={act} isAsking={asked !== null} />
      {grants.length === 0 && <p className="mephisto-review-hint">{texts.none}</p>}
      {grants.length > 0 && (
        <NamedTable label={people.page.may} columns={[people.qualification, texts.value, texts.expires, texts.granted, ...(isReviewer ? [texts.acts] : [])]}>
          {grants.map(grant => (
            <tr key={grant.qualification.id}>
              <th scope="row">{linkTo({ to: 'qualification', id: grant.qualification.id }, grant.qualification.name)}</th>
              <GrantCells grant={grant} />
              {isReviewer && <GrantActs grant={grant} what={grant.qualification.name} onAsk={ask} />}
            </tr>
          ))}
        </NamedTable>
      )}
      {asked?.verb === 'grant' && <GrantQualificationSheet source={source} worker={worker} grants={grants} act={act} onClose={close} />}
      {asked?.verb === 'change' && <ChangeGrantSheet grant={asked.grant} act={act} onClose={close} />}
      {asked?.verb === 'revoke' && <RevokeSheet grant={asked.grant} act={act} onClose={close} />}
    </Panel>
  )
}

/** The value of a grant, when it ends, and since when it is there. */
export function GrantCells({ grant: { value, expiresAt, isExpired, grantedAt } }: { readonly grant: GrantView }) {
  const { grants: texts } = useTexts().people
  const formats = useFormats()
  return (
    <>
      <td data-name={texts.value}>{formats.count(value)}</td>
      <td data-name={texts.expires}>{expiresAt === null ? texts.forGood : isExpired ? <span className="mephisto-review-trouble">{texts.expired(formats.moment(expiresAt))}</span> : formats.moment(expiresAt)}</td>
      <td data-name={texts.granted}>{formats.moment(grantedAt)}</td>
    </>
  )
}

interface GrantActsProps {
  readonly grant: GrantView
  /** What tells this grant from others in the table: the qualification, or who has it. */
  readonly what: string
  readonly onAsk: (asked: { readonly verb: 'change' | 'revoke'; readonly grant: GrantView }) => void
}

/** The buttons of a grant. */
export function GrantActs({ grant, what, onAsk }: GrantActsProps) {
  const { grants: texts } = useTexts().people
  return (
    <td data-name={texts.acts}>
      <span className="mephisto-review-control-row">
        <button type="button" className="mephisto-button" aria-label={texts.changeOf(what)} onClick={() => { onAsk({ verb: 'change', grant }) }}>{texts.change}</button>
        <button type="button" className="mephisto-button mephisto-button-bad" aria-label={texts.revokeOf(what)} onClick={() => { onAsk({ verb: 'revoke', grant }) }}>{texts.revoke}</button>
      </span>
    </td>
  )
}
