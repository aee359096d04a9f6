import { useState } from 'react'
import { useFormats, useTexts } from './texts/review-texts.js'

/** Characters of a text that are shown at first. */
const SHOWN_AT_FIRST = 20_000
/** Characters of a part: those out of sight are not laid out. */
const PART = 10_000

/** Whether a text is shown as {@link LongText}. */
export function isLongText(text: string): boolean {
  return text.length > SHOWN_AT_FIRST
}

/** A text of more than a screen can take at once: its beginning, and all of it, in a box of its own, for who wants it. */
export function LongText({ text }: { readonly text: string }) {
  const { desk } = useTexts()
  const formats = useFormats()
  const [isWhole, setIsWhole] = useState(false)
  if (isWhole) return <div className="mephisto-review-long" tabIndex={0} role="group" aria-label={desk.characters(formats.count(text.length))}>{partsOf(text).map((part, index) => <div key={index} className="mephisto-review-text">{part}</div>)}</div>
  return (
    <>
      <span className="mephisto-review-text">{partsOf(text.slice(0, SHOWN_AT_FIRST + PART))[0]}</span>{'… '}
      <button type="button" className="mephisto-review-link" onClick={() => { setIsWhole(true) }}>{desk.showAllOf(formats.count(text.length))}</button>
    </>
  )
}

const GAP = /\s\S*$/

/** A text in parts, cut where there is a gap if there is one, and never within a sign. Pure. */
export function partsOf(text: string): readonly string[] {
  const parts: string[] = []
  for (let start = 0; start < text.length;) {
    const most = text.slice(start, start + (parts.length === 0 ? SHOWN_AT_FIRST : PART))
    const gap = start + most.length < text.length ? most.slice(-200).search(GAP) : -1
    const part = gap === -1 ? most.replace(/[\ud800-\udbff]$/, '') : most.slice(0, most.length - Math.min(200, most.length) + gap + 1)
    parts.push(part === '' ? most : part)
    start += (part === '' ? most : part).length
  }
  return parts
}
