import { useState, type ReactNode } from 'react'
import type { Money } from '../../../sdk/data-model/money.js'
import type { LinkTo, WorkOf } from '../kit/link-to.js'
import { useProjectList } from '../projects/use-project-list.js'
import { useTaskList } from '../projects/use-task-list.js'
import { useTaskRuns } from '../projects/use-task-runs.js'
import type { ReviewSource } from '../review-store.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { runMoney, sumMoney, type WorkMoney } from './work-money.js'

const KINDS = ['project', 'task', 'run'] as const

interface MoneyByWorkProps {
  readonly source: ReviewSource
  readonly linkTo: LinkTo
}

/** What each project, task or run has spent, owes, holds and may spend. */
export function MoneyByWork({ source, linkTo }: MoneyByWorkProps) {
  const texts = useTexts().spending
  const [kind, setKind] = useState<WorkOf['kind']>('project')
  return (
    <>
      <div className="mephisto-review-filters" role="group" aria-label={texts.showBy}>
        {KINDS.map(name => <button key={name} type="button" className="mephisto-review-filter" aria-pressed={name === kind} onClick={() => { setKind(name) }}>{texts.by[name]}</button>)}
      </div>
      {kind === 'project' && <ByProject source={source} linkTo={linkTo} />}
      {kind === 'task' && <ByTask source={source} linkTo={linkTo} />}
      {kind === 'run' && <ByRun source={source} linkTo={linkTo} />}
    </>
  )
}

function ByProject({ source, linkTo }: MoneyByWorkProps) {
  const { projects, ...list } = useProjectList({ ...source, show: 'all' })
  return <MoneyTable kind="project" rows={projects?.map(({ id, name, money, budget }) => ({ id, name: linkTo({ to: 'project', id }, name), money: sumMoney(money, budget) }))} {...list} />
}

function ByTask({ source, linkTo }: MoneyByWorkProps) {
  const { tasks, ...list } = useTaskList({ ...source, filter: {} })
  return <MoneyTable kind="task" rows={tasks?.map(({ id, name, money }) => ({ id, name: linkTo({ to: 'task', id }, name), money: sumMoney(money, null) }))} {...list} />
}

function ByRun({ source, linkTo }: MoneyByWorkProps) {
  const { runs, ...list } = useTaskRuns(source)
  return <MoneyTable kind="run" rows={runs?.map(({ id, title, task, money }) => ({ id, name: linkTo({ to: 'run', id }, title === '' ? task : title), money: [runMoney(money)] }))} {...list} />
}

interface MoneyTableProps {
  readonly kind: WorkOf['kind']
  readonly rows: readonly { readonly id: string; readonly name: ReactNode; readonly money: readonly WorkMoney[] }[] | undefined
  readonly hasMore: boolean
  readonly loadMore: () => void
}

function MoneyTable({ kind, rows, hasMore, loadMore }: MoneyTableProps) {
  const { common, spending: texts } = useTexts()
  const formats = useFormats()
  if (!rows) return <p className="mephisto-review-hint" role="status">{common.loading}</p>
  if (rows.length === 0) return <p className="mephisto-review-hint">{texts.byEmpty[kind]}</p>
  const shown = (amount: Money | null): string => (amount === null ? '–' : formats.money(amount))
  return (
    <>
      <div className="mephisto-review-scroll" tabIndex={0} role="group" aria-label={texts.byWork}>
        <table className="mephisto-review-table mephisto-review-table-wide">
          <thead><tr>{[texts.by[kind], texts.spent, texts.owed, texts.reserved, texts.cap].map(name => <th key={name} scope="col">{name}</th>)}</tr></thead>
          <tbody>
            {rows.flatMap(({ id, name, money }) => (money.length === 0 ? [null] : money).map(one => (
              <tr key={`${id} ${one?.spent.currency ?? ''}`}>
                <th scope="row">{name}</th>
                <td data-name={texts.spent}>{shown(one?.spent ?? null)}</td>
                <td data-name={texts.owed}>{shown(one?.owed ?? null)}</td>
                <td data-name={texts.reserved}>{shown(one?.reserved ?? null)}</td>
                <td data-name={texts.cap}>{one?.cap ? <span>{formats.money(one.cap)} <span className="mephisto-review-hint">{texts.left(formats.money({ ...one.cap, minor: one.cap.minor - one.spent.minor - one.reserved.minor }))}</span></span> : <span className="mephisto-review-hint">{kind === 'task' ? '–' : texts.noCap}</span>}</td>
              </tr>
            )))}
          </tbody>
        </table>
      </div>
      {hasMore && <p><button type="button" className="mephisto-button" onClick={loadMore}>{common.loadMore}</button></p>}
    </>
  )
}
