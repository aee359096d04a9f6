import { useState } from 'react'
import type { TaskSummaryView } from '../../../sdk/protocol/project-views.js'
import type { ReviewSource } from '../review-store.js'
import { SelectField, type SelectOption } from '../kit/fields.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { useWorkNames } from '../kit/use-work-names.js'
import { ActSheet } from '../kit/act-sheet.js'
import type { ProjectActs } from './use-project-acts.js'

interface MoveSheetProps {
  readonly source: ReviewSource
  readonly task: TaskSummaryView
  readonly acts: ProjectActs
  readonly onClose: () => void
}

const NOWHERE = ''

/** Asks in which project a task is to be. */
export function MoveSheet({ source, task, acts, onClose }: MoveSheetProps) {
  const texts = useTexts().projects
  const formats = useFormats()
  const { names = [] } = useWorkNames({ ...source, kind: 'project' })
  const here = task.project?.id ?? NOWHERE
  const [chosen, setChosen] = useState(here)
  const isSame = chosen === here
  const to = names.find(({ id }) => id === chosen)?.name ?? null
  const money = task.money.map(({ spent, reserved }) => texts.spentReserved(formats.money(spent), formats.money(reserved))).join('; ')
  const options: readonly SelectOption[] = [[NOWHERE, texts.moveNowhere], ...(task.project && !names.some(({ id }) => id === here) ? [[here, task.project.name] as const] : []), ...names.map(({ id, name }) => [id, name] as const)]
  return (
    <ActSheet
      title={texts.taskTitles.move} doIt={texts.names.move} acts={acts} onClose={onClose}
      step={isSame ? null : { verb: 'move', task: task.id, project: chosen === NOWHERE ? null : chosen }}
      effects={isSame ? [texts.moveSame] : [texts.moveEffect(task.name, task.project?.name ?? null, to), ...(money === '' ? [] : [texts.moveMoney(money)]), texts.moveBlocks]}
    >
      <SelectField label={texts.moveTo} value={chosen} options={options} onChange={setChosen} />
    </ActSheet>
  )
}
