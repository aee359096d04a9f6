import { useState } from 'react'
import type { BlockView, WorkerView } from '../../../sdk/protocol/people-views.js'
import { Panel } from '../kit/panel.js'
import type { ReviewSource } from '../review-store.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { ActNews } from './act-news.js'
import { BlockSheet, LiftSheet } from './block-sheets.js'
import { NamedTable } from '../kit/named-table.js'
import { useBlocksOf } from './use-blocks.js'
import { usePeopleAct } from './use-people-act.js'
import { useRights } from '../kit/use-rights.js'
import { useWorkNames } from '../kit/use-work-names.js'

interface WorkerBlocksProps {
  readonly source: ReviewSource
  readonly worker: WorkerView
  /** What a run is called. */
  readonly runName: (run: string) => string
}

/** What keeps somebody from work and what did before; a reviewer blocks and lifts. */
export function WorkerBlocks({ source, worker, runName }: WorkerBlocksProps) {
  const { common, people } = useTexts()
  const { blocks: texts, page } = people
  const { blocks, hasMore, loadMore } = useBlocksOf({ ...source, worker: worker.id })
  const { isReviewer } = useRights(source)
  const act = usePeopleAct(source)
  const [asked, setAsked] = useState<BlockView | 'block' | null>(null)
  const ask = (what: BlockView | 'block'): void => { act.reset(); setAsked(what) }
  const close = (): void => { setAsked(null) }
  return (
    <Panel title={page.blocks} isWide actions={isReviewer && <button type="button" className="mephisto-button mephisto-button-bad" onClick={() => { ask('block') }}>{texts.block}</button>}>
      <ActNews act={act} runName={runName} isAsking={asked !== null} />
      {!blocks && <p className="mephisto-review-hint" role="status">{common.loading}</p>}
      {blocks?.length === 0 && <p className="mephisto-review-hint">{texts.none}</p>}
      {blocks && blocks.length > 0 && (
        <NamedTable label={page.blocks} columns={[texts.reason, texts.state, texts.where, texts.since, texts.until, texts.by, ...(isReviewer ? [texts.acts] : [])]}>{blocks.map(block => <BlockRow key={block.id} source={source} block={block} onLift={isReviewer ? () => { ask(block) } : null} />)}</NamedTable>
      )}
      {hasMore && <p><button type="button" className="mephisto-button" onClick={loadMore}>{common.loadMore}</button></p>}
      {asked === 'block' && <BlockSheet source={source} worker={worker} act={act} onClose={close} />}
      {asked !== null && asked !== 'block' && <LiftSheet block={asked} act={act} onClose={close} />}
    </Panel>
  )
}

interface BlockRowProps {
  readonly source: ReviewSource
  readonly block: BlockView
  readonly onLift: (() => void) | null
}

function BlockRow({ source, block, onLift }: BlockRowProps) {
  const { blocks: texts, none } = useTexts().people
  const formats = useFormats()
  const { scope, scopeId, reason, isStanding, isSoft, createdAt, until, liftedAt, by } = block
  const { names } = useWorkNames({ ...source, kind: scope === 'everywhere' ? null : scope })
  const where = scopeId === null ? texts.scopes.everywhere : `${texts.scopes[scope]}: ${names?.find(({ id }) => id === scopeId)?.name ?? scopeId}`
  return (
    <tr>
      <th scope="row">{reason}</th>
      <td data-name={texts.state}>
        <span>
          <span className={`mephisto-review-status${isStanding ? ' mephisto-review-status-failed' : ''}`}>{isStanding ? texts.standing : liftedAt === null ? texts.over : texts.lifted(formats.moment(liftedAt))}</span>
          {isSoft && <span className="mephisto-review-hint"> {texts.soft}</span>}
        </span>
      </td>
      <td data-name={texts.where}>{where}</td>
      <td data-name={texts.since}>{formats.moment(createdAt)}</td>
      <td data-name={texts.until}>{until !== null ? formats.moment(until) : liftedAt === null ? texts.untilLifted : none}</td>
      <td data-name={texts.by}>{by}</td>
      {onLift && <td data-name={texts.acts}>{liftedAt === null && <button type="button" className="mephisto-button" aria-label={texts.liftOf(reason)} onClick={onLift}>{texts.lift}</button>}</td>}
    </tr>
  )
}
