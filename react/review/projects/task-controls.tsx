import { useState } from 'react'
import type { TaskSummaryView } from '../../../sdk/protocol/project-views.js'
import type { ReviewSource } from '../review-store.js'
import { useTexts } from '../texts/review-texts.js'
import { useRights } from '../kit/use-rights.js'
import { ActSheet } from '../kit/act-sheet.js'
import { MoveSheet } from './move-sheet.js'
import { RetentionSheet } from './retention-sheet.js'
import { useProjectActs } from './use-project-acts.js'

interface TaskControlsProps {
  readonly source: ReviewSource
  readonly task: TaskSummaryView
}

/** What an operator can do with a task, each after its effect was read. Nothing for others: the server would refuse them. */
export function TaskControls({ source, task }: TaskControlsProps) {
  const texts = useTexts().projects
  const { isOperator } = useRights(source)
  const acts = useProjectActs(source)
  const [asked, setAsked] = useState<'move' | 'set_retention' | 'archive' | 'unarchive' | null>(null)
  if (!isOperator) return null
  const close = (): void => { setAsked(null) }
  return (
    <div className="mephisto-review-controls">
      <div className="mephisto-review-control-row" role="group" aria-label={texts.actions}>
        {(['move', 'set_retention', task.archivedAt === null ? 'archive' : 'unarchive'] as const).map(verb => <button key={verb} type="button" className="mephisto-button" onClick={() => { acts.reset(); setAsked(verb) }}>{texts.names[verb]}</button>)}
      </div>
      <p className="mephisto-review-hint" role="status">{acts.done && texts.done[acts.done.verb]}</p>
      {asked === 'move' && <MoveSheet source={source} task={task} acts={acts} onClose={close} />}
      {asked === 'set_retention' && <RetentionSheet task={task} acts={acts} onClose={close} />}
      {(asked === 'archive' || asked === 'unarchive') && (
        <ActSheet title={texts.taskTitles[asked]} doIt={texts.names[asked]} acts={acts} step={{ verb: asked === 'archive' ? 'archive_task' : 'unarchive_task', task: task.id }} effects={[asked === 'archive' ? texts.archiveEffect : texts.unarchiveEffect]} onClose={close} />
      )}
    </div>
  )
}
