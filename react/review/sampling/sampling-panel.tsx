import { useState } from 'react'
import type { SamplingView } from '../../../sdk/protocol/review-views.js'
import { SelectField } from '../kit/fields.js'
import { useRights } from '../kit/use-rights.js'
import type { ReviewSource } from '../review-store.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { useRunProgress } from '../use-run-progress.js'
import { RestSheet, type Rest } from './rest-sheet.js'
import { useSampling } from './use-sampling.js'

const ERRORS = [0.01, 0.02, 0.05, 0.1, 0.2] as const
const CONFIDENCES = [0.9, 0.95, 0.99] as const

/** What the random sample of a run shows so far, and how many more are to be checked until it shows what is asked. */
export function SamplingPanel({ source, run }: { readonly source: ReviewSource; readonly run: string }) {
  const { sampling: texts, common } = useTexts()
  const formats = useFormats()
  const [mostError, setMostError] = useState(0.05)
  const [confidence, setConfidence] = useState(0.95)
  const goal = { mostError, confidence }
  const found = useSampling({ ...source, run, goal })
  const { progress } = useRunProgress({ ...source, run })
  const { isReviewer } = useRights(source)
  const [rest, setRest] = useState<Rest | null>(null)
  const waiting = progress?.units.completed ?? 0
  const askFor = (before: string, { checked, wrong }: SamplingView): void => {
    if (progress) setRest({ goal, before, waiting, pay: progress.run.money.pay, note: texts.rest.note(texts.checked(formats.count(checked), formats.count(wrong)), { error: formats.share(mostError), confidence: formats.share(confidence) }) })
  }
  return (
    <section className="mephisto-review-panel mephisto-review-sampling" aria-label={texts.title}>
      <div className="mephisto-review-search-fields">
        <SelectField label={texts.error} value={String(mostError)} onChange={value => { setMostError(Number(value)) }} options={ERRORS.map(share => [String(share), formats.share(share)] as const)} />
        <SelectField label={texts.confidence} value={String(confidence)} onChange={value => { setConfidence(Number(value)) }} options={CONFIDENCES.map(share => [String(share), formats.share(share)] as const)} />
      </div>
      <p role="status">
        {found ? <>{texts.checked(formats.count(found.checked), formats.count(found.wrong))} <strong>{sentenceOf(found, { goal: formats.share(mostError), waiting: progress ? waiting : null, texts, count: formats.count })}</strong></> : common.loading}
      </p>
      {isReviewer && found?.verdict === 'below' && found.at !== undefined && waiting > 0 && (
        <p className="mephisto-review-page-actions"><button type="button" className="mephisto-button mephisto-button-primary" onClick={() => { askFor(found.at ?? '', found) }}>{texts.rest.open(formats.count(waiting))}</button></p>
      )}
      {rest && <RestSheet source={source} run={run} rest={rest} onClose={() => { setRest(null) }} />}
    </section>
  )
}

interface Saying {
  readonly goal: string
  /** Null while it is not known. */
  readonly waiting: number | null
  readonly texts: ReturnType<typeof useTexts>['sampling']
  readonly count: (count: number) => string
}

function sentenceOf({ verdict, moreIfRight, isWhole }: SamplingView, { goal, waiting, texts, count }: Saying): string {
  if (verdict !== 'open') return texts.verdicts[verdict](goal)
  if (isWhole) return texts.whole
  if (waiting !== null && moreIfRight !== null && moreIfRight > waiting) return texts.fewer(waiting)
  return moreIfRight === null ? texts.far : texts.more(count(moreIfRight))
}
