import { useState } from 'react'
import { BLOCK_SCOPES, type BlockScope } from '../../../sdk/data-model/block-scope.js'
import type { BlockView, WorkerView } from '../../../sdk/protocol/people-views.js'
import type { ReviewSource } from '../review-store.js'
import { failureSentence } from '../texts/failure-sentence.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { ActSheet } from '../kit/act-sheet.js'
import { blockDraft, NEW_BLOCK, REOPENINGS, type BlockTerms } from './block-draft.js'
import { AreaField, CheckField, SelectField, TextField } from '../kit/fields.js'
import type { PeopleAct } from './use-people-act.js'
import { useReopenable } from './use-reopenable.js'
import { useWorkNames, workLabel, type WorkName } from '../kit/use-work-names.js'

interface BlockSheetProps {
  readonly source: ReviewSource
  readonly worker: WorkerView
  readonly act: PeopleAct
  readonly onClose: () => void
}

const SCOPES: readonly BlockScope[] = [...BLOCK_SCOPES].reverse()
const VERDICTS = ['soft_reject', 'reject'] as const

/** Keeps somebody from work, after what that does to their work and its pay was read. */
export function BlockSheet({ source, worker, act, onClose }: BlockSheetProps) {
  const { people, places: common } = useTexts()
  const { blocks: texts } = people
  const formats = useFormats()
  const [terms, setTerms] = useState(NEW_BLOCK)
  const change = (changed: Partial<BlockTerms>): void => { setTerms({ ...terms, ...changed }) }
  const { scope, place, reopen } = terms
  const { names = [] } = useWorkNames({ ...source, kind: scope === 'everywhere' ? null : scope })
  const { reopenable, failure } = useReopenable({ ...source, worker: worker.id, scope, scopeId: place })
  const draft = blockDraft({ worker, placeName: names.find(({ id }) => id === place.trim())?.name ?? place.trim(), reopenable }, terms, { texts: people, formats })
  return (
    <ActSheet title={texts.blockTitle(worker.pseudonym)} doIt={texts.blockIt} isBad acts={act} onClose={onClose} step={failure ? null : draft.step} effects={failure ? [failureSentence(failure, common)] : draft.effects}>
      <SelectField label={texts.scope} value={scope} onChange={value => { change({ scope: SCOPES.find(one => one === value) ?? 'everywhere', place: '' }) }} options={SCOPES.map(one => [one, texts.scopes[one]] as const)} />
      {scope !== 'everywhere' && <PlaceField scope={scope} names={names} value={place} onChange={value => { change({ place: value }) }} />}
      <AreaField label={people.reason} hint={texts.reasonHint} value={terms.reason} onChange={reason => { change({ reason }) }} />
      <TextField label={texts.untilLabel} hint={people.untilHint} type="datetime-local" isOptional value={terms.until} onChange={until => { change({ until }) }} />
      <CheckField label={texts.isSoft} isChecked={terms.isSoft} onChange={isSoft => { change({ isSoft }) }} />
      <SelectField label={texts.reopen} value={reopen} onChange={value => { change({ reopen: REOPENINGS.find(one => one === value) ?? 'nothing' }) }} options={REOPENINGS.map(one => [one, texts.reopenings[one]] as const)} />
      {(reopen === 'undecided' || reopen === 'accepted') && (
        <SelectField label={texts.verdict} value={terms.verdict} onChange={value => { change({ verdict: VERDICTS.find(one => one === value) ?? 'soft_reject' }) }} options={VERDICTS.map(one => [one, texts.verdicts[one]] as const)} />
      )}
    </ActSheet>
  )
}

interface PlaceFieldProps {
  readonly scope: Exclude<BlockScope, 'everywhere'>
  readonly names: readonly WorkName[]
  readonly value: string
  readonly onChange: (value: string) => void
}

/** A run is chosen; a task or a project is named, and offered while somebody writes. */
function PlaceField({ scope, names, value, onChange }: PlaceFieldProps) {
  const { blocks: texts } = useTexts().people
  const formats = useFormats()
  if (scope === 'run') return <SelectField label={texts.place.run} value={value} onChange={onChange} options={[['', texts.choose], ...names.map(one => [one.id, workLabel(one, formats)] as const)]} />
  return <TextField label={texts.place[scope]} hint={texts.placeHint} value={value} onChange={onChange} maxLength={200} offered={names.map(({ name }) => name)} />
}

/** Lets somebody back to work. */
export function LiftSheet({ block, act, onClose }: { readonly block: BlockView; readonly act: PeopleAct; readonly onClose: () => void }) {
  const { people } = useTexts()
  const { blocks: texts } = people
  const [reason, setReason] = useState('')
  const [undo, setUndo] = useState(false)
  return (
    <ActSheet
      title={texts.liftTitle(block.worker.pseudonym)} doIt={texts.liftIt} acts={act} onClose={onClose}
      step={{ verb: 'lift', request: { blockIds: [block.id], undo, ...(reason.trim() === '' ? {} : { reason: reason.trim() }) } }}
      effects={[texts.mayAgain(block.worker.pseudonym), undo ? texts.answersReturn : texts.answersStay]}
    >
      <CheckField label={texts.undo} isChecked={undo} onChange={setUndo} />
      <AreaField label={people.reason} hint={people.reasonHint} isOptional value={reason} onChange={setReason} />
    </ActSheet>
  )
}
