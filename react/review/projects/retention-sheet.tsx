import { useState } from 'react'
import type { TaskSummaryView } from '../../../sdk/protocol/project-views.js'
import { TextField } from '../kit/fields.js'
import { useTexts } from '../texts/review-texts.js'
import { ActSheet } from '../kit/act-sheet.js'
import type { ProjectActs } from './use-project-acts.js'

interface RetentionSheetProps {
  readonly task: TaskSummaryView
  readonly acts: ProjectActs
  readonly onClose: () => void
}

const MOST_DAYS = 36_500

/** Asks how long the texts of a task's answers are kept; what is removed does not come back, so that has to be said twice. */
export function RetentionSheet({ task, acts, onClose }: RetentionSheetProps) {
  const texts = useTexts().projects
  const [typed, setTyped] = useState(task.retentionDays === null ? '' : String(task.retentionDays))
  const [isSure, setIsSure] = useState(false)
  const days = typed.trim() === '' ? null : Number(typed)
  const isWrong = days !== null && (!Number.isInteger(days) || days < 1 || days > MOST_DAYS)
  const isSame = days === task.retentionDays
  const effects = isWrong || isSame ? [] : days === null ? [texts.retentionNone] : [texts.retentionEffect(days), texts.retentionPast]
  return (
    <ActSheet
      title={texts.taskTitles.set_retention} doIt={texts.save} acts={acts} effects={effects} onClose={onClose}
      step={isWrong || isSame || (days !== null && !isSure) ? null : { verb: 'set_retention', task: task.id, days }}
    >
      <TextField label={texts.retentionDays} hint={texts.retentionHint} problem={isWrong ? texts.retentionWrong : null} value={typed} onChange={setTyped} inputMode="numeric" />
      {days !== null && !isWrong && !isSame && <label className="mephisto-review-check"><input type="checkbox" checked={isSure} onChange={event => { setIsSure(event.target.checked) }} /> {texts.retentionSure}</label>}
    </ActSheet>
  )
}
