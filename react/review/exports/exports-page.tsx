import { useState } from 'react'
import type { WorkOf } from '../kit/link-to.js'
import { Panel } from '../kit/panel.js'
import { FailurePage } from '../failure-page.js'
import { useReviewStore, type ReviewSource } from '../review-store.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { usePrincipal } from '../use-principal.js'
import { useRunProgress } from '../use-run-progress.js'
import { WorkFields } from '../kit/work-fields.js'
import { DatasetCard } from './dataset-card.js'
import { newChoice, offerOf, type ExportChoice } from './export-choice.js'
import { FormatField } from './format-field.js'
import { useExportCheck } from './use-export-check.js'

/** Options of {@link ExportsPage}. */
export interface ExportsPageProps extends ReviewSource {
  /** What is chosen at first. @default a run, and none yet */
  readonly of?: WorkOf | null
  /** Where your login page is. @default no link */
  readonly loginHref?: string | undefined
}

/** Answers as a file, with what stands in the way said before a click; what was said as another; and the card that describes a dataset. */
export function ExportsPage({ of = null, loginHref, ...source }: ExportsPageProps) {
  const texts = useTexts()
  const { common, exports: own, places } = texts
  const { client } = useReviewStore(source)
  const { principal, failure, refresh } = usePrincipal(source)
  const [choice, setChoice] = useState(newChoice(of))
  const offer = offerOf(client, choice, texts)
  const check = useExportCheck({ ...source, url: offer.url })
  if (!principal) return failure ? <FailurePage failure={failure} loginHref={loginHref} onRetry={refresh} /> : <p className="mephisto-review-empty" role="status">{common.loading}</p>
  const isReady = offer.url !== null && check.problem === null
  const flags = [['includeSetAside', own.setAside, own.setAsideHint], ['migrated', own.migrated, own.migratedHint]] as const
  return (
    <div className="mephisto-review-panels">
      <Panel title={own.answers} isWide>
        <WorkFields source={source} draft={choice} problems={offer.problems} anyName={own.anyWork} onChange={draft => { setChoice({ ...choice, ...draft }) }} />
        <FormatField format={choice.format} onChange={format => { setChoice({ ...choice, format }) }} />
        <div className="mephisto-review-options">
          {flags.map(([name, label, hint]) => (
            <label key={name} className="mephisto-review-option">
              <input type="checkbox" checked={choice[name]} onChange={event => { setChoice({ ...choice, [name]: event.target.checked }) }} />
              <span><span className="mephisto-review-option-name">{label}</span> <span className="mephisto-review-hint">{hint}</span></span>
            </label>
          ))}
        </div>
        <div className="mephisto-review-lines" role="status">
          {offer.wrong.length > 0 && <><span>{own.wrong}</span><ul className="mephisto-review-plain-list">{offer.wrong.map(sentence => <li key={sentence} className="mephisto-review-trouble">{sentence}</li>)}</ul></>}
          {check.problem !== null && <span className="mephisto-review-trouble">{own.checkFailed(check.problem)}</span>}
          {check.isChecking && <span className="mephisto-review-hint">{own.checking}</span>}
          {check.isAway && <span className="mephisto-review-trouble">{places.failures.away}. {places.goesOnByItself}</span>}
          {choice.kind === 'run' && choice.id !== '' && check.problem === null && <RunState source={source} run={choice.id} includeSetAside={choice.includeSetAside} />}
        </div>
        <p className="mephisto-review-page-actions">
          {isReady ? <a className="mephisto-button mephisto-button-primary" href={offer.url} download>{own.download(own.formats[choice.format])}</a> : <button type="button" className="mephisto-button mephisto-button-primary" disabled>{own.download(own.formats[choice.format])}</button>}
        </p>
      </Panel>
      <Panel title={own.transcripts} isWide>
        <p className="mephisto-review-hint">{offer.transcriptsUrl === null ? own.transcriptsNeedWork : own.transcriptsHint}</p>
        {offer.transcriptsUrl !== null && <p className="mephisto-review-page-actions"><a className="mephisto-button" href={offer.transcriptsUrl} download>{own.downloadTranscripts}</a></p>}
      </Panel>
      <Panel title={own.card} isWide><DatasetCard source={source} choice={choice} of={isReady ? offer.of : null} /></Panel>
    </div>
  )
}

/** How many answers of a run would be in the file. */
function RunState({ source, run, includeSetAside }: { readonly source: ReviewSource; readonly run: string; readonly includeSetAside: ExportChoice['includeSetAside'] }) {
  const texts = useTexts().exports
  const formats = useFormats()
  const { progress } = useRunProgress({ ...source, run })
  if (!progress) return null
  const { run: { unitsAnswered, dataRemovedAt }, setAside } = progress
  if (dataRemovedAt !== null) return <span className="mephisto-review-trouble">{texts.dataRemoved}</span>
  if (unitsAnswered === 0 && (!includeSetAside || setAside === 0)) return <span className="mephisto-review-warning">{texts.noAnswers}</span>
  return <span className="mephisto-review-hint">{texts.count(formats.count(unitsAnswered))}</span>
}
