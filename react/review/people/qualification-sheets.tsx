import { useState } from 'react'
import type { QualificationView } from '../../../sdk/protocol/people-views.js'
import { useTexts } from '../texts/review-texts.js'
import { ActSheet } from '../kit/act-sheet.js'
import { AreaField, TextField } from '../kit/fields.js'
import type { PeopleAct } from './use-people-act.js'

interface SheetProps {
  readonly act: PeopleAct
  readonly onClose: () => void
}

/** Makes a qualification. */
export function MakeQualificationSheet({ act, onClose }: SheetProps) {
  const { qualificationList: texts } = useTexts().people
  const [name, setName] = useState('')
  const [description, setDescription] = useState('')
  const kept = name.trim()
  return (
    <ActSheet
      title={texts.makeTitle} doIt={texts.makeIt} acts={act} onClose={onClose}
      step={kept === '' ? null : { verb: 'make', request: { name: kept, description: description.trim() === '' ? null : description.trim() } }}
      effects={[kept === '' ? texts.nameFirst : texts.making(kept)]}
    >
      <TextField label={texts.name} value={name} onChange={setName} maxLength={200} />
      <AreaField label={texts.description} isOptional value={description} onChange={setDescription} />
    </ActSheet>
  )
}

/** Gives a qualification another name or description. */
export function ChangeQualificationSheet({ qualification, act, onClose }: SheetProps & { readonly qualification: QualificationView }) {
  const { qualificationList, qualificationPage: texts } = useTexts().people
  const [before] = useState(qualification)
  const [name, setName] = useState(before.name)
  const [description, setDescription] = useState(before.description ?? '')
  const kept = { name: name.trim(), description: description.trim() === '' ? null : description.trim() }
  const changed = { ...(kept.name === before.name ? {} : { name: kept.name }), ...(kept.description === before.description ? {} : { description: kept.description }) }
  const effects = [...('name' in changed ? [texts.renamed(before.name, kept.name)] : []), ...('description' in changed ? [texts.describedAnew] : [])]
  return (
    <ActSheet
      title={texts.changeTitle(before.name)} doIt={texts.changeIt} acts={act} onClose={onClose}
      step={kept.name === '' || effects.length === 0 ? null : { verb: 'change', request: { qualification: before.id, ...changed } }}
      effects={kept.name === '' ? [qualificationList.nameFirst] : effects.length === 0 ? [texts.nothingChanges] : effects}
    >
      <TextField label={qualificationList.name} value={name} onChange={setName} maxLength={200} />
      <AreaField label={qualificationList.description} isOptional value={description} onChange={setDescription} />
    </ActSheet>
  )
}

/** Deletes a qualification. */
export function DeleteQualificationSheet({ qualification: { id, name, workers }, act, onClose }: SheetProps & { readonly qualification: QualificationView }) {
  const { qualificationPage: texts } = useTexts().people
  return (
    <ActSheet
      title={texts.deleteTitle(name)} doIt={texts.deleteIt} isBad acts={act} onClose={onClose}
      step={{ verb: 'delete', request: { qualification: id } }} effects={[texts.lose(workers), texts.comesNotBack, texts.refusedWhile]}
    />
  )
}
