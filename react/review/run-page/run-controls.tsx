import { useState } from 'react'
import type { RunProgressView } from '../../../sdk/protocol/run-views.js'
import { ModalSheet } from '../modal-sheet.js'
import type { ReviewSource } from '../review-store.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { usePrincipal } from '../use-principal.js'
import { verbsFor, type RunVerb } from './run-verb.js'
import { TopUpForm } from './top-up-form.js'
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
  const { common, controls: texts } = useTexts()
  const formats = useFormats()
  const { principal } = usePrincipal(source)
  const control = useRunControl({ ...source, run: progress.run.id })
  const [asked, setAsked] = useState<RunVerb | null>(null)
  if (principal?.roles.includes('operator') !== true) return null
  const close = (): void => { setAsked(null) }
  const { done, failure, isUnderWay } = control
  return (
    <div className="mephisto-review-controls">
      <div className="mephisto-review-control-row" role="group" aria-label={texts.label}>
        {verbsFor(progress.run).map(verb => (
          <button key={verb} type="button" className={`mephisto-button${verb === 'expire' ? ' mephisto-button-bad' : ''}`} disabled={isUnderWay} onClick={() => { control.reset(); setAsked(verb) }}>{texts.names[verb]}</button>
        ))}
      </div>
      <p className={failure ? 'mephisto-review-trouble' : 'mephisto-review-hint'} role="status">
        {isUnderWay && texts.underWay}
        {!isUnderWay && done && texts.done[done.verb]}
        {!isUnderWay && failure && (failure.kind === 'away' ? texts.unknown : texts.failed(failure.message))}
      </p>
      {asked === 'top_up' && <ModalSheet title={texts.titles.top_up} onClose={close}><TopUpForm run={progress.run} items={items} onCancel={close} onTopUp={more => { close(); control.act({ verb: 'top_up', ...more }) }} /></ModalSheet>}
      {asked !== null && asked !== 'top_up' && (
        <ModalSheet title={texts.titles[asked]} onClose={close}>
          <ul className="mephisto-review-effect">{effectOf(asked, progress, { texts, formats }).map(sentence => <li key={sentence}>{sentence}</li>)}</ul>
          <p className="mephisto-review-page-actions">
            <button type="button" className={`mephisto-button ${asked === 'expire' ? 'mephisto-button-bad' : 'mephisto-button-primary'}`} onClick={() => { close(); control.act({ verb: asked }) }}>{texts.names[asked]}</button>
            <button type="button" className="mephisto-button" onClick={close}>{common.cancel}</button>
          </p>
        </ModalSheet>
      )}
    </div>
  )
}
