import { useQuery } from '@tanstack/react-query'
import { labelOf } from '../../sdk/data-model/label-of.js'
import type { ReviewUnitView } from '../../sdk/protocol/review-views.js'
import { DECIDED, LIVE, useReviewStore, type ReviewSource } from './review-store.js'
import { StatusTag } from './status-tag.js'
import { useFormats, useTexts } from './texts/review-texts.js'
import { LONGEST_LISTED } from './use-whole-unit.js'
import { textOf } from './text-of.js'

const MOST_SHOWN = 50
const LONGEST_VALUE = 400

/** All answers to the item of a unit, side by side, with what differs marked; nothing where there is no other. */
export function ItemAnswers({ unit, source }: { readonly unit: ReviewUnitView; readonly source: ReviewSource }) {
  const { common, queue: texts } = useTexts()
  const formats = useFormats()
  const { client, queryClient, keys } = useReviewStore(source)
  const { data } = useQuery({
    ...LIVE, queryKey: keys.item(unit.runId, unit.assignmentId),
    queryFn: () => client.review.queue.query({ run: unit.runId, assignment: unit.assignmentId, statuses: ['completed', ...DECIDED], limit: MOST_SHOWN, longest: LONGEST_LISTED }),
  }, queryClient)
  const units = data?.units ?? []
  if (units.length < 2) return null
  const rows = rowsOf(units)
  return (
    <section className="mephisto-review-same-item">
      <h2 className="mephisto-review-label">{texts.sameItem(units.length)}</h2>
      <div className="mephisto-review-scroll" tabIndex={0} role="region" aria-label={texts.sameItem(units.length)}>
        <table className="mephisto-review-table">
          <thead>
            <tr>
              <th scope="col">{texts.fieldName}</th>
              {units.map((one, index) => <th key={one.unitId} scope="col">{one.pseudonym ?? texts.answerNumber(formats.count(index + 1))}{one.unitId === unit.unitId && <span className="mephisto-review-hint"> {texts.thisOne}</span>}<br /><StatusTag status={one.status} /></th>)}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, values, differs }) => (
              <tr key={name} className={differs ? 'mephisto-review-differs' : undefined}>
                <th scope="row">{name === '' ? texts.wholeAnswer : labelOf(name)}{differs && <span className="mephisto-review-differs-mark"> {texts.differs}</span>}</th>
                {values.map((value, index) => <td key={units[index]?.unitId}>{value === undefined ? '–' : textOf(value, LONGEST_VALUE, common)}</td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

interface AnswerRow {
  /** Empty for answers that have no fields. */
  readonly name: string
  readonly values: readonly unknown[]
  readonly differs: boolean
}

/** Answers field by field. Pure. */
export function rowsOf(units: readonly Pick<ReviewUnitView, 'answer'>[]): readonly AnswerRow[] {
  const answers = units.map(({ answer }) => (typeof answer === 'object' && answer !== null && !Array.isArray(answer) ? answer as Readonly<Record<string, unknown>> : { '': answer }))
  return [...new Set(answers.flatMap(answer => Object.keys(answer)))].map(name => {
    const values = answers.map(answer => answer[name])
    return { name, values, differs: new Set(values.map(value => JSON.stringify(value))).size > 1 }
  })
}
