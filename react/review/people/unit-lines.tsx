import type { DoneUnitView } from '../../../sdk/protocol/people-views.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import type { LinkTo } from '../kit/link-to.js'

interface UnitLinesProps {
  readonly units: readonly DoneUnitView[]
  readonly linkTo: LinkTo
  /** What a unit is called; the moment of its answer stands there for none. */
  readonly nameOf?: (unit: DoneUnitView) => string
}

/** Answers, the latest first: what became of each, and when it was given; links lead to the review. */
export function UnitLines({ units, linkTo, nameOf }: UnitLinesProps) {
  const { unitStatuses } = useTexts()
  const formats = useFormats()
  return (
    <ul className="mephisto-review-unit-lines">
      {units.map(unit => {
        const when = unit.completedAt === null ? '' : formats.moment(unit.completedAt)
        const name = nameOf?.(unit) ?? when
        return (
          <li key={unit.unitId}>
            <span>{linkTo({ to: 'answers', run: unit.runId }, name)}</span>
            <span className={`mephisto-review-tag mephisto-review-tag-${unit.status}`}>{unitStatuses[unit.status]}</span>
            {nameOf && <span className="mephisto-review-hint">{when}</span>}
          </li>
        )
      })}
    </ul>
  )
}
