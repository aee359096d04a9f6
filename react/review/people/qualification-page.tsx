import { useEffect, useState } from 'react'
import type { QualificationView } from '../../../sdk/protocol/people-views.js'
import { FailurePage } from '../failure-page.js'
import { StaleNotice } from '../kit/stale-notice.js'
import { Panel } from '../kit/panel.js'
import type { ReviewSource } from '../review-store.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { ActNews } from './act-news.js'
import { GrantHistoryTable } from './grant-history-table.js'
import { blocksPage } from '../kit/failure-blocks.js'
import { noLinks, type LinkTo } from '../kit/link-to.js'
import { QualificationHolders } from './qualification-holders.js'
import { ChangeQualificationSheet, DeleteQualificationSheet } from './qualification-sheets.js'
import { usePeopleAct, type PeopleAct } from './use-people-act.js'
import { useRights } from '../kit/use-rights.js'
import { useQualification } from './use-qualification.js'

/** Options of {@link QualificationPage}. */
export interface QualificationPageProps extends ReviewSource {
  /** Id or name of the qualification. */
  readonly qualification: string
  /** Draws names as links to where they are shown. @default texts */
  readonly linkTo?: LinkTo
  /** Called when it was deleted, so that whoever looks at it goes elsewhere. @default the page says that it does not exist */
  readonly onDeleted?: () => void
  /** Where your login page is. @default no link */
  readonly loginHref?: string | undefined
}

/** One qualification: what it says of people, who has it, and what was granted and revoked of it. */
export function QualificationPage({ qualification: named, linkTo = noLinks, onDeleted, loginHref, ...source }: QualificationPageProps) {
  const { common, people: texts } = useTexts()
  const { qualification, failure, refresh } = useQualification({ ...source, qualification: named })
  const act = usePeopleAct(source)
  const isDeleted = act.done?.verb === 'delete'
  useEffect(() => { if (isDeleted) onDeleted?.() }, [isDeleted, onDeleted])
  if (blocksPage(failure, qualification !== undefined)) return <FailurePage failure={failure} loginHref={loginHref} missing={texts.noQualification} onRetry={refresh} />
  if (!qualification) return <p className="mephisto-review-empty" role="status">{common.loading}</p>
  return (
    <div className="mephisto-review-overview">
      <StaleNotice failure={failure} />
      <About source={source} qualification={qualification} act={act} />
      <QualificationHolders source={source} qualification={qualification} linkTo={linkTo} />
      <Panel title={texts.page.history}><GrantHistoryTable source={source} filter={{ qualification: qualification.id }} linkTo={linkTo} /></Panel>
    </div>
  )
}

interface AboutProps {
  readonly source: ReviewSource
  readonly qualification: QualificationView
  readonly act: PeopleAct
}

/** What it says of people; an operator changes and deletes it. */
function About({ source, qualification, act }: AboutProps) {
  const { people } = useTexts()
  const { qualificationPage: texts } = people
  const formats = useFormats()
  const { isOperator } = useRights(source)
  const [asked, setAsked] = useState<'change' | 'delete' | null>(null)
  const ask = (what: 'change' | 'delete'): void => { act.reset(); setAsked(what) }
  const close = (): void => { setAsked(null) }
  const { name, description, workers, createdAt, id } = qualification
  const facts = [[people.qualificationList.name, name], [texts.have, formats.count(workers)], [people.qualificationList.made, formats.moment(createdAt)], [people.id, id]] as const
  const actions = isOperator && (
    <span className="mephisto-review-control-row">
      <button type="button" className="mephisto-button" onClick={() => { ask('change') }}>{texts.change}</button>
      <button type="button" className="mephisto-button mephisto-button-bad" onClick={() => { ask('delete') }}>{texts.delete}</button>
    </span>
  )
  return (
    <Panel title={texts.about} actions={actions}>
      <ActNews act={act} isAsking={asked !== null} />
      <p className={description === null ? 'mephisto-review-hint' : 'mephisto-review-text'}>{description ?? texts.noDescription}</p>
      <dl className="mephisto-review-values">{facts.map(([fact, value]) => <div key={fact} className="mephisto-review-value"><dt>{fact}</dt><dd>{value}</dd></div>)}</dl>
      {asked === 'change' && <ChangeQualificationSheet qualification={qualification} act={act} onClose={close} />}
      {asked === 'delete' && <DeleteQualificationSheet qualification={qualification} act={act} onClose={close} />}
    </Panel>
  )
}
