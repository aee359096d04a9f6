import { useState } from 'react'
import { SelectField } from '../kit/fields.js'
import type { ReviewSource } from '../review-store.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { useSampling } from './use-sampling.js'

const ERRORS = [0.01, 0.02, 0.05, 0.1, 0.2] as const
const CONFIDENCES = [0.9, 0.95, 0.99] as const

/** What the random sample of a run shows so far, and how many more are to be checked until it shows what is asked. */
export function SamplingPanel({ source, run }: { readonly source: ReviewSource; readonly run: string }) {
  const { sampling: texts, common } = useTexts()
  const formats = useFormats()
  const [mostError, setMostError] = useState(0.05)
  const [confidence, setConfidence] = useState(0.95)
  const found = useSampling({ ...source, run, goal: { mostError, confidence } })
  return (
    <section className="mephisto-review-panel mephisto-review-sampling" aria-label={texts.title}>
      <div className="mephisto-review-search-fields">
        <SelectField label={texts.error} value={String(mostError)} onChange={value => { setMostError(Number(value)) }} options={ERRORS.map(share => [String(share), formats.share(share)] as const)} />
        <SelectField label={texts.confidence} value={String(confidence)} onChange={value => { setConfidence(Number(value)) }} options={CONFIDENCES.map(share => [String(share), formats.share(share)] as const)} />
      </div>
      <p role="status">
        {found ? <>{texts.checked(formats.count(found.checked), formats.count(found.wrong))} <strong>{sentenceOf(found, { goal: formats.share(mostError), texts, count: formats.count })}</strong></> : common.loading}
      </p>
    </section>
  )
}

interface Saying {
  readonly goal: string
  readonly texts: ReturnType<typeof useTexts>['sampling']
  readonly count: (count: number) => string
}

function sentenceOf({ verdict, moreIfRight, isWhole }: NonNullable<ReturnType<typeof useSampling>>, { goal, texts, count }: Saying): string {
  if (verdict !== 'open') return texts.verdicts[verdict](goal)
  if (isWhole) return texts.whole
  return moreIfRight === null ? texts.far : texts.more(count(moreIfRight))
}
