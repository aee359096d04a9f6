import { useState } from 'react'
import type { RunProgressView } from '../../../sdk/protocol/run-views.js'
import { ActSheet } from '../kit/act-sheet.js'
import { useRights } from '../kit/use-rights.js'
import type { ReviewSource } from '../review-store.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { verbsFor, type RunVerb } from './run-verb.js'
import { TopUpSheet } from './top-up-sheet.js'
import { useRunControl } from './use-run-control.js'
import { effectOf } from './verb-effect.js'

interface RunControlsProps {
  readonly source: ReviewSource
  readonly progress: RunProgressView
  /** How many items the run has; undefined while nobody knows. */
  readonly items: number | undefined
}

/** What an operator can do with a run now, each after its effect was read. Nothing for others: the server would refuse them. */
export function RunControls({ source, progress, items }: RunControlsProps) {
  const { controls: texts } = useTexts()
  const formats = useFormats()
  const { isOperator } = useRights(source)
  const acts = useRunControl({ ...source, run: progress.run.id })
  const [asked, setAsked] = useState<RunVerb | null>(null)
  if (!isOperator) return null
  const close = (): void => { setAsked(null) }
  return (
    <div className="mephisto-review-controls">
      <div className="mephisto-review-control-row" role="group" aria-label={texts.label}>
        {verbsFor(progress.run).map(verb => (
          <button key={verb} type="button" className={`mephisto-button${verb === 'expire' ? ' mephisto-button-bad' : ''}`} disabled={acts.isUnderWay} onClick={() => { acts.reset(); setAsked(verb) }}>{texts.names[verb]}</button>
        ))}
      </div>
      <p className="mephisto-review-hint" role="status">{acts.done && texts.done[acts.done.verb]}</p>
      {asked === 'top_up' && <TopUpSheet run={progress.run} items={items} acts={acts} onClose={close} />}
      {asked !== null && asked !== 'top_up' && (
        <ActSheet title={texts.titles[asked]} doIt={texts.names[asked]} isBad={asked === 'expire'} acts={acts} step={{ verb: asked }} effects={effectOf(asked, progress, { texts, formats })} onClose={close} />
      )}
    </div>
  )
}
