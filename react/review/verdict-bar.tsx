import type { ReviewUnitView, VerdictInput } from '../../sdk/protocol/review-views.js'
import { useTexts } from './texts/review-texts.js'

interface VerdictBarProps {
  readonly unit: ReviewUnitView
  readonly onVerdict: (verdict: VerdictInput) => void
}

const CHOICES = {
  approve: { letter: 'A', tone: 'good' }, overturn: { letter: 'A', tone: 'good' }, soft_reject: { letter: 'S', tone: 'warn' }, reject: { letter: 'R', tone: 'bad' },
} as const satisfies Record<VerdictInput, unknown>

/** The verdict buttons, each with its key and what it means for the worker. A rejected unit can still be approved. */
export function VerdictBar({ unit, onVerdict }: VerdictBarProps) {
  const texts = useTexts().desk
  const offered: readonly VerdictInput[] = unit.status === 'rejected' ? ['overturn'] : ['approve', 'soft_reject', 'reject']
  return (
    <div className="mephisto-review-verdicts" role="group" aria-label={texts.verdict}>
      {offered.map(verdict => {
        const { letter, tone } = CHOICES[verdict]
        const { name, meaning } = texts.verdicts[verdict]
        return (
          <button key={verdict} type="button" className={`mephisto-review-verdict mephisto-review-verdict-${tone}`} aria-keyshortcuts={letter} onClick={() => { onVerdict(verdict) }}>
            <span className="mephisto-review-verdict-name">{name} <kbd aria-hidden="true">{letter}</kbd></span>
            <span className="mephisto-review-verdict-meaning">{meaning}</span>
          </button>
        )
      })}
    </div>
  )
}
