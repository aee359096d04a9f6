import { useState } from 'react'
import type { GrantView, HolderListView, QualificationView } from '../../../sdk/protocol/people-views.js'
import { Panel } from '../kit/panel.js'
import type { ReviewSource } from '../review-store.js'
import { LoadingHint } from '../kit/loading-hint.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { ActNews } from './act-news.js'
import { BlockedMark } from './blocked-mark.js'
import { TextField } from '../kit/fields.js'
import { ChangeGrantSheet, RevokeSheet } from './grant-sheets.js'
import { GrantSomebodySheet } from './grant-somebody-sheet.js'
import { NamedTable } from '../kit/named-table.js'
import type { LinkTo } from '../kit/link-to.js'
import { UnitLines } from './unit-lines.js'
import { useStandingBlocks } from './use-blocks.js'
import { isTypedValue } from './typed-value.js'
import { usePeopleAct } from './use-people-act.js'
import { useSettled } from './use-people-by-name.js'
import { useRights } from '../kit/use-rights.js'
import { useHolders } from './use-qualification.js'
import { GrantActs, GrantCells } from './worker-grants.js'

interface QualificationHoldersProps {
  readonly source: ReviewSource
  readonly qualification: QualificationView
  readonly linkTo: LinkTo
}

type Asked = { readonly verb: 'grant' } | { readonly verb: 'change' | 'revoke'; readonly grant: GrantView }
type Holder = HolderListView['holders'][number]

/** Who has a qualification, with what they answered last; a reviewer grants, changes and revokes. */
export function QualificationHolders({ source, qualification, linkTo }: QualificationHoldersProps) {
  const { common, people } = useTexts()
  const { qualificationPage: texts, grants } = people
  const [minimum, setMinimum] = useState('')
  const least = useSettled(minimum.trim())
  const isWhole = isTypedValue(least)
  const { holders, failure, hasMore, loadMore } = useHolders({ ...source, qualification: qualification.id, ...(isWhole ? { minimumValue: Number(least) } : {}) })
  const blocks = useStandingBlocks(source)
  const { isReviewer } = useRights(source)
  const act = usePeopleAct(source)
  const [asked, setAsked] = useState<Asked | null>(null)
  const ask = (what: Asked): void => { act.reset(); setAsked(what) }
  const close = (): void => { setAsked(null) }
  return (
    <Panel title={texts.holders} actions={isReviewer && <button type="button" className="mephisto-button" onClick={() => { ask({ verb: 'grant' }) }}>{grants.grant}</button>}>
      <ActNews act={act} isAsking={asked !== null} />
      <div className="mephisto-review-finding"><TextField label={texts.minimum} isOptional inputMode="numeric" value={minimum} onChange={setMinimum} problem={least === '' || isWhole ? null : grants.notWhole} /></div>
      {!holders && <LoadingHint failure={failure} />}
      {holders?.length === 0 && <p className="mephisto-review-hint">{isWhole ? texts.nobodyAbove : texts.nobody}</p>}
      {holders && holders.length > 0 && (
        <NamedTable label={texts.holders} columns={[people.worker, grants.value, grants.expires, grants.granted, texts.latest, texts.latestDecision, ...(isReviewer ? [grants.acts] : [])]}>
          {holders.map(holder => (
            <tr key={holder.worker.id}>
              <th scope="row">{linkTo({ to: 'worker', id: holder.worker.id }, holder.worker.pseudonym)} <BlockedMark blocks={blocks.get(holder.worker.id)} /></th>
              <GrantCells grant={holder} />
              <LatestCells holder={holder} linkTo={linkTo} />
              {isReviewer && <GrantActs grant={holder} what={holder.worker.pseudonym} onAsk={ask} />}
            </tr>
          ))}
        </NamedTable>
      )}
      {hasMore && <p><button type="button" className="mephisto-button" onClick={loadMore}>{common.loadMore}</button></p>}
      {asked?.verb === 'grant' && <GrantSomebodySheet source={source} qualification={qualification} act={act} onClose={close} />}
      {asked?.verb === 'change' && <ChangeGrantSheet grant={asked.grant} act={act} onClose={close} />}
      {asked?.verb === 'revoke' && <RevokeSheet grant={asked.grant} act={act} onClose={close} />}
    </Panel>
  )
}

function LatestCells({ holder: { recentUnits, latestDecision }, linkTo }: { readonly holder: Holder; readonly linkTo: LinkTo }) {
  const { qualificationPage: texts, verdicts, none } = useTexts().people
  const formats = useFormats()
  return (
    <>
      <td data-name={texts.latest}>{recentUnits.length === 0 ? none : <UnitLines units={recentUnits} linkTo={linkTo} />}</td>
      <td data-name={texts.latestDecision}>{latestDecision ? <span>{verdicts[latestDecision.verdict]} <span className="mephisto-review-hint mephisto-review-under">{latestDecision.byName}, {formats.moment(latestDecision.at)}</span></span> : none}</td>
    </>
  )
}
