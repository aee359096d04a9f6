import { labelOf } from '../../../sdk/data-model/label-of.js'
import type { FieldStatisticsView, RunStatisticsView } from '../../../sdk/protocol/data-views.js'
import { BarList, type Bar } from '../charts/bar-list.js'
import { useFormats, useTexts, type Formats } from '../texts/review-texts.js'
import type { ReviewTexts } from '../texts/english.js'

/** How the answers of a run or a task are spread, field by field, and how far people agree. */
export function AnswerStatistics({ statistics: { answers, isPart, fields } }: { readonly statistics: Pick<RunStatisticsView, 'answers' | 'isPart' | 'fields'> }) {
  const texts = useTexts()
  const formats = useFormats()
  if (answers === 0) return <p className="mephisto-review-hint">{texts.run.answersEmpty}</p>
  if (fields.length === 0) return <p className="mephisto-review-hint">{texts.run.noFields}</p>
  return (
    <>
      <p className="mephisto-review-hint">{texts.run.answersRead(formats.count(answers), isPart)}</p>
      <div className="mephisto-review-fields">
        {fields.map(field => {
          const name = field.field === null ? texts.common.wholeAnswer : labelOf(field.field)
          return (
            <section key={`${field.kind} ${name}`} className="mephisto-review-field">
              <h3 className="mephisto-review-label">{name}</h3>
              {field.kind === 'number' && field.least !== null && field.mean !== null && field.most !== null && (
                <p className="mephisto-review-hint">{texts.run.numbers(formats.number(field.least), formats.number(field.mean), formats.number(field.most))}</p>
              )}
              <BarList label={name} bars={barsOf(field, texts, formats)} />
              {field.agreement && <p className="mephisto-review-hint">{texts.run.agreement(formats.share(field.agreement.observed), field.agreement.alpha === null ? null : formats.number(field.agreement.alpha))}</p>}
            </section>
          )
        })}
      </div>
    </>
  )
}

function barsOf(field: FieldStatisticsView, texts: ReviewTexts, formats: Formats): Bar[] {
  const rows = field.kind === 'choice'
    ? [...field.counts.map(({ value, count }) => ({ name: typeof value === 'boolean' ? (value ? texts.common.yes : texts.common.no) : String(value), count })), { name: texts.run.other, count: field.other }]
    : field.bins.map(({ from, to, count }) => ({ name: from === to ? formats.number(from) : `${formats.number(from)} – ${formats.number(to)}`, count }))
  const all = [...rows, { name: texts.run.missing, count: field.missing }]
  const total = all.reduce((sum, { count }) => sum + count, 0)
  // A choice that nobody took says something; that nothing else was said does not.
  return all.filter(({ count }, index) => count > 0 || (field.kind === 'choice' && index < field.counts.length))
    .map(({ name, count }) => ({ name, share: total === 0 ? 0 : count / total, value: formats.count(count), hint: formats.share(total === 0 ? 0 : count / total) }))
}
