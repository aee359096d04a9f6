import { useState } from 'react'
import { NO_PROJECT } from '../../../sdk/data-model/project-name.js'
import { TextField } from '../kit/fields.js'
import { useTexts } from '../texts/review-texts.js'
import { ActSheet } from '../kit/act-sheet.js'
import type { ProjectActs } from './use-project-acts.js'

interface NameSheetProps {
  /** The project that gets another name; null for a new one. */
  readonly project: { readonly id: string; readonly name: string } | null
  readonly acts: ProjectActs
  readonly onClose: () => void
}

/** Asks how a project is called. */
export function NameSheet({ project, acts, onClose }: NameSheetProps) {
  const texts = useTexts().projects
  const [typed, setTyped] = useState(project?.name ?? '')
  const [isTouched, setIsTouched] = useState(false)
  const name = typed.trim()
  const problem = name === '' ? texts.nameMissing : name === NO_PROJECT ? texts.nameReserved(NO_PROJECT) : null
  const step = problem !== null || name === project?.name ? null : project ? { verb: 'rename' as const, project: project.id, name } : { verb: 'create' as const, name }
  return (
    <ActSheet title={project ? texts.titles.rename : texts.makeTitle} doIt={project ? texts.names.rename : texts.make} acts={acts} step={step} effects={[project ? texts.renameEffect : texts.makeHint]} onClose={onClose}>
      <TextField label={texts.name} hint={texts.nameHint} problem={isTouched ? problem : null} value={typed} onChange={text => { setTyped(text); setIsTouched(true) }} />
    </ActSheet>
  )
}
