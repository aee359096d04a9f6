import { useEffect, useState } from 'react'
import { useTexts } from '../texts/review-texts.js'

interface CardTextProps {
  readonly text: string
  /** Id of what it is called. */
  readonly labelledBy: string
}

/** A card to read, copy and save. */
export function CardText({ text, labelledBy }: CardTextProps) {
  const texts = useTexts().exports
  const [said, setSaid] = useState('')
  const [href, setHref] = useState<string | null>(null)
  useEffect(() => {
    const url = URL.createObjectURL(new Blob([text], { type: 'text/markdown' }))
    setHref(url)
    setSaid('')
    return () => { URL.revokeObjectURL(url) }
  }, [text])
  const copy = async (): Promise<void> => {
    // There is no clipboard on plain http.
    const isCopied = 'clipboard' in navigator && await navigator.clipboard.writeText(text).then(() => true, () => false)
    setSaid(isCopied ? texts.copied : texts.notCopied)
  }
  return (
    <>
      <textarea className="mephisto-review-input mephisto-review-card" readOnly rows={16} value={text} aria-labelledby={labelledBy} dir="auto" />
      <p className="mephisto-review-page-actions">
        <button type="button" className="mephisto-button" onClick={() => { void copy() }}>{texts.copy}</button>
        {href !== null && <a className="mephisto-button" href={href} download="README.md">{texts.downloadCard}</a>}
      </p>
      <p className="mephisto-review-hint" role="status">{said}</p>
    </>
  )
}
