import type { WorkerPageView } from '../../../sdk/protocol/people-views.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { NamedTable } from '../kit/named-table.js'
import type { LinkTo } from '../kit/link-to.js'
import { UnitLines } from './unit-lines.js'

interface WorkProps {
  readonly page: WorkerPageView
  readonly linkTo: LinkTo
}

/** What somebody answered last, and what was decided last of their work. */
export function WorkerUnits({ page: { recentUnits, latestDecision }, linkTo, runName }: WorkProps & { readonly runName: (run: string) => string }) {
  const { page: texts, verdicts } = useTexts().people
  const formats = useFormats()
  if (recentUnits.length === 0) return <p className="mephisto-review-hint">{texts.noAnswers}</p>
  return (
    <>
      <UnitLines units={recentUnits} linkTo={linkTo} nameOf={({ runId }) => runName(runId)} />
      {latestDecision && <p className="mephisto-review-hint">{texts.latestDecision(verdicts[latestDecision.verdict], latestDecision.byName, formats.moment(latestDecision.at))}{latestDecision.note !== null && ` ${texts.note(latestDecision.note)}`}</p>}
    </>
  )
}

/** What somebody did in each of the newest runs that they took units in. */
export function WorkerRuns({ page: { runs }, linkTo }: WorkProps) {
  const { people: { page: texts, list, none } } = useTexts()
  const formats = useFormats()
  if (runs.length === 0) return <p className="mephisto-review-hint">{texts.noRuns}</p>
  return (
    <>
      <p className="mephisto-review-hint">{texts.runsHint}</p>
      <NamedTable label={texts.runs} columns={[texts.run, list.answers, texts.waitingCount, list.accepted, texts.rejected, texts.underWay, list.earned]}>
        {runs.map(({ runId, task, answered, waiting, accepted, softRejected, rejected, underWay, earned }) => (
          <tr key={runId}>
            <th scope="row">{linkTo({ to: 'run', id: runId }, task)}</th>
            <td data-name={list.answers}>{formats.count(answered)}</td>
            <td data-name={texts.waitingCount}>{formats.count(waiting)}</td>
            <td data-name={list.accepted}>{formats.count(accepted)}</td>
            <td data-name={texts.rejected}>{formats.count(softRejected + rejected)}</td>
            <td data-name={texts.underWay}>{formats.count(underWay)}</td>
            <td data-name={list.earned}>{earned.length === 0 ? none : earned.map(formats.money).join(', ')}</td>
          </tr>
        ))}
      </NamedTable>
    </>
  )
}
