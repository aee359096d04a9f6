import type { TaskSummaryView } from '../../../sdk/protocol/project-views.js'
import type { LinkTo } from '../kit/link-to.js'
import { MoneyLines } from '../kit/money-lines.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { useCountTexts } from './counts.js'

interface TaskTableProps {
  readonly tasks: readonly TaskSummaryView[]
  readonly linkTo: LinkTo
}

/** Tasks with what each comes to. */
export function TaskTable({ tasks, linkTo }: TaskTableProps) {
  const texts = useTexts().projects
  const formats = useFormats()
  const countsOf = useCountTexts()
  return (
    <table className="mephisto-review-table mephisto-review-table-wide">
      <thead><tr>{[texts.task, texts.runs, texts.units, texts.workers, texts.spend].map(name => <th key={name} scope="col">{name}</th>)}</tr></thead>
      <tbody>
        {tasks.map(task => {
          const counts = countsOf(task)
          return (
            <tr key={task.id}>
              <th scope="row">{linkTo({ to: 'task', id: task.id }, task.name)}<span className="mephisto-review-hint mephisto-review-under">{task.archivedAt === null ? task.blueprintType : texts.archived}</span></th>
              <td data-name={texts.runs} className="mephisto-review-in-one">{counts.runs}</td>
              <td data-name={texts.units} className="mephisto-review-in-one">{counts.units}</td>
              <td data-name={texts.workers}>{formats.count(task.workers)}</td>
              <td data-name={texts.spend} className="mephisto-review-in-one"><MoneyLines money={task.money} /></td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
