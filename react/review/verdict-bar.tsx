import type { ReviewUnitView, VerdictInput } from '../../sdk/protocol/review-views.js'

interface VerdictBarProps {
  readonly unit: ReviewUnitView
  readonly onVerdict: (verdict: VerdictInput) => void
}

/** The verdict buttons, each with its key and what it means for the worker. A rejected unit can still be approved. */
export function VerdictBar({ unit, onVerdict }: VerdictBarProps) {
  if (unit.status === 'rejected') {
    return (
      <div className="mephisto-review-verdicts" role="group" aria-label="Verdict">
        <Choice name="Approve after all" letter="A" meaning="paid" tone="good" onChoose={() => { onVerdict('overturn') }} />
      </div>
    )
  }
  return (
    <div className="mephisto-review-verdicts" role="group" aria-label="Verdict">
      <Choice name="Approve" letter="A" meaning="paid" tone="good" onChoose={() => { onVerdict('approve') }} />
      <Choice name="Soft-reject" letter="S" meaning="paid, not used" tone="warn" onChoose={() => { onVerdict('soft_reject') }} />
      <Choice name="Reject" letter="R" meaning="not paid" tone="bad" onChoose={() => { onVerdict('reject') }} />
    </div>
  )
}

interface ChoiceProps {
  readonly name: string
  readonly letter: string
  readonly meaning: string
  readonly tone: 'good' | 'warn' | 'bad'
  readonly onChoose: () => void
}

function Choice({ name, letter, meaning, tone, onChoose }: ChoiceProps) {
  return (
    <button
      type="button" className={`mephisto-review-verdict mephisto-review-verdict-${tone}`}
      aria-keyshortcuts={letter} onClick={onChoose}
    >
      <span className="mephisto-review-verdict-name">{name} <kbd aria-hidden="true">{letter}</kbd></span>
      <span className="mephisto-review-verdict-meaning">{meaning}</span>
    </button>
  )
}
