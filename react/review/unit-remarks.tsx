import { useContext } from 'react'
import { FileSource } from './file-view.js'
import { RemarkItem } from './remark-item.js'
import type { ReviewSource } from './review-store.js'
import { useTexts } from './texts/review-texts.js'
import { useRemarks } from './use-remarks.js'

/** What the worker of a unit said about it; nothing where they said nothing. */
export function UnitRemarks({ unitId }: { readonly unitId: string }) {
  const source = useContext(FileSource)
  return source && <Listed source={source} unitId={unitId} />
}

function Listed({ source, unitId }: { readonly source: ReviewSource; readonly unitId: string }) {
  const { saidAboutIt } = useTexts().desk
  const { remarks = [] } = useRemarks({ ...source, filter: { unit: unitId } })
  if (remarks.length === 0) return null
  return (
    <section className="mephisto-review-said" aria-label={saidAboutIt}>
      <h2 className="mephisto-review-label">{saidAboutIt}</h2>
      <ul className="mephisto-review-remarks">{remarks.map(remark => <RemarkItem key={remark.id} remark={remark} />)}</ul>
    </section>
  )
}
