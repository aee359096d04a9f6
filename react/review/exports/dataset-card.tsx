import { useId, useState, type SubmitEvent } from 'react'
import type { ReviewSource } from '../review-store.js'
import { TextField } from '../kit/fields.js'
import { useTexts } from '../texts/review-texts.js'
import type { WorkFilter } from '../kit/work-draft.js'
import { CardText } from './card-text.js'
import type { ExportChoice } from './export-choice.js'
import { useExportCard } from './use-export-card.js'

interface DatasetCardProps {
  readonly source: ReviewSource
  readonly choice: ExportChoice
  /** The answers that are meant; null while the choice does not do. */
  readonly of: WorkFilter | null
}

/** Makes the card that describes an export, to be copied or saved. */
export function DatasetCard({ source, choice, of }: DatasetCardProps) {
  const texts = useTexts().exports
  const labelId = useId()
  const { make, isUnderWay, card, failure } = useExportCard(source)
  const [typedFile, setTypedFile] = useState<string | null>(null)
  const [license, setLicense] = useState('')
  const file = typedFile ?? `answers.${choice.format}`
  const request = of && file.trim() !== '' ? { of: { ...of, includeSetAside: choice.includeSetAside, migrated: choice.migrated }, file: file.trim(), license: license.trim() === '' ? null : license.trim() } : null
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault()
    if (request && !isUnderWay) make(request)
  }
  return (
    <>
      <p className="mephisto-review-hint">{texts.cardHint}</p>
      <form className="mephisto-review-form" onSubmit={submit} noValidate>
        <div className="mephisto-review-choice">
          <TextField label={texts.cardFile} problem={file.trim() === '' ? texts.cardFileMissing : null} value={file} onChange={setTypedFile} />
          <TextField label={texts.license} hint={texts.licenseHint} value={license} onChange={setLicense} />
        </div>
        <p className={failure ? 'mephisto-review-trouble' : 'mephisto-review-hint'} role="status">
          {isUnderWay && texts.makingCard}
          {!isUnderWay && failure && (failure.kind === 'away' ? texts.cardAway : texts.cardFailed(failure.message))}
        </p>
        <p className="mephisto-review-page-actions"><button type="submit" className="mephisto-button" disabled={request === null || isUnderWay}>{texts.makeCard}</button></p>
      </form>
      {card && !isUnderWay && (
        <>
          {JSON.stringify(card.request) !== JSON.stringify(request) && <p className="mephisto-review-warning" role="status">{texts.cardStale}</p>}
          <h3 id={labelId} className="mephisto-review-label">{texts.cardText}</h3>
          <CardText text={card.text} labelledBy={labelId} />
        </>
      )}
    </>
  )
}
