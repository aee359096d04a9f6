import { labelOf } from '../../../sdk/data-model/label-of.js'
import type { ProjectAgreementView } from '../../../sdk/protocol/data-views.js'
import { NamedTable } from '../kit/named-table.js'
import { useFormats, useTexts } from '../texts/review-texts.js'

/** How far people agree in the tasks of a project, field by field. */
export function ProjectAgreement({ agreement: { tasks, observed } }: { readonly agreement: ProjectAgreementView }) {
  const texts = useTexts().projects
  const formats = useFormats()
  const rows = tasks.flatMap(({ task, fields }) => fields.map(field => ({ task, ...field })))
  if (rows.length === 0) return <p className="mephisto-review-hint">{texts.agreementEmpty}</p>
  return (
    <>
      {observed !== null && <p>{texts.agreementAll(formats.share(observed))}</p>}
      <NamedTable label={texts.agreement} columns={[texts.agreementTask, texts.agreementField, texts.agreementItems, texts.agreementEqual, texts.agreementAlpha]}>
        {rows.map(({ task, field, agreement }) => (
          <tr key={`${task.id} ${field ?? ''}`}>
            <th scope="row"><bdi>{task.name}</bdi></th>
            <td data-name={texts.agreementField}>{field === null ? texts.wholeAnswer : labelOf(field)}</td>
            <td data-name={texts.agreementItems}>{formats.count(agreement.items)}</td>
            <td data-name={texts.agreementEqual}>{formats.share(agreement.observed)}</td>
            <td data-name={texts.agreementAlpha}>{agreement.alpha === null ? '–' : formats.number(agreement.alpha)}</td>
          </tr>
        ))}
      </NamedTable>
    </>
  )
}
