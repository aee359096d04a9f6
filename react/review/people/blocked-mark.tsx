import type { BlockView } from '../../../sdk/protocol/people-views.js'
import { useTexts } from '../texts/review-texts.js'

interface BlockedMarkProps {
  /** The blocks of somebody that stand. */
  readonly blocks: readonly BlockView[] | undefined
  /** All of them reach the place that is shown. @default those that are everywhere */
  readonly isHere?: boolean
}

/** Says beside a name that somebody is blocked, and why; nothing for others. */
export function BlockedMark({ blocks, isHere = false }: BlockedMarkProps) {
  const { people: texts } = useTexts()
  const [latest] = blocks ?? []
  if (!latest) return null
  return <span className="mephisto-review-mark" title={texts.blockedHere(latest.reason)}>{isHere || blocks?.some(({ scope }) => scope === 'everywhere') ? texts.blockedMark : texts.blockedInPlaces}</span>
}
