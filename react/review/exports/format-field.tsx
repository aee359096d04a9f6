import { useId } from 'react'
import { useTexts } from '../texts/review-texts.js'
import { FORMATS, type ExportFormatName } from './export-choice.js'

interface FormatFieldProps {
  readonly format: ExportFormatName
  readonly onChange: (format: ExportFormatName) => void
}

/** Asks what kind of file it is to be, with what each is good for. */
export function FormatField({ format, onChange }: FormatFieldProps) {
  const texts = useTexts().exports
  const name = useId()
  return (
    <fieldset className="mephisto-review-options">
      <legend>{texts.format}</legend>
      {FORMATS.map(one => (
        <label key={one} className="mephisto-review-option">
          <input type="radio" name={name} value={one} checked={one === format} onChange={() => { onChange(one) }} />
          <span><span className="mephisto-review-option-name">{texts.formats[one]}</span> <span className="mephisto-review-hint">{texts.formatHints[one]}</span></span>
        </label>
      ))}
    </fieldset>
  )
}
