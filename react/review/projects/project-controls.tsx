import { useState } from 'react'
import type { ProjectSummaryView } from '../../../sdk/protocol/project-views.js'
import type { ReviewSource } from '../review-store.js'
import { useTexts } from '../texts/review-texts.js'
import { useRights } from '../kit/use-rights.js'
import { ActSheet } from '../kit/act-sheet.js'
import { BudgetSheet } from './budget-sheet.js'
import { NameSheet } from './name-sheet.js'
import { useProjectActs } from './use-project-acts.js'

interface ProjectControlsProps {
  readonly source: ReviewSource
  readonly project: ProjectSummaryView
}

/** What an operator can do with a project, each after its effect was read. Nothing for others: the server would refuse them. */
export function ProjectControls({ source, project }: ProjectControlsProps) {
  const texts = useTexts().projects
  const { isOperator } = useRights(source)
  const acts = useProjectActs(source)
  const [asked, setAsked] = useState<'rename' | 'set_budget' | 'archive' | 'unarchive' | null>(null)
  if (!isOperator) return null
  const close = (): void => { setAsked(null) }
  return (
    <div className="mephisto-review-controls">
      <div className="mephisto-review-control-row" role="group" aria-label={texts.actions}>
        {(['set_budget', 'rename', project.archivedAt === null ? 'archive' : 'unarchive'] as const).map(verb => <button key={verb} type="button" className="mephisto-button" onClick={() => { acts.reset(); setAsked(verb) }}>{texts.names[verb]}</button>)}
      </div>
      <p className="mephisto-review-hint" role="status">{acts.done && texts.done[acts.done.verb]}</p>
      {asked === 'rename' && <NameSheet project={project} acts={acts} onClose={close} />}
      {asked === 'set_budget' && <BudgetSheet project={project} acts={acts} onClose={close} />}
      {(asked === 'archive' || asked === 'unarchive') && (
        <ActSheet title={texts.titles[asked]} doIt={texts.names[asked]} acts={acts} step={{ verb: asked, project: project.id }} effects={[asked === 'archive' ? texts.archiveEffect : texts.unarchiveEffect]} onClose={close} />
      )}
    </div>
  )
}
