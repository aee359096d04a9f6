import type { ReactNode } from 'react'
import type { MephistoClient } from '../../sdk/client/create-mephisto-client.js'
import { formatMoney } from '../../sdk/data-model/money.js'
import type { RunView } from '../../sdk/protocol/run-views.js'

interface RunSelectProps {
  readonly runs: readonly RunView[]
  readonly run: string
  readonly onRun: (run: string) => void
}

/** Chooses the run under review. */
export function RunSelect({ runs, run, onRun }: RunSelectProps) {
  return (
    <label className="mephisto-review-run">
      <span>Run</span>
      <select className="mephisto-review-select" value={run} onChange={event => { onRun(event.target.value) }}>
        {runs.every(({ id }) => id !== run) && <option value={run}>{run}</option>}
        {runs.map(({ id, title, task, status, createdAt, unitsAnswered, unitsTotal }) => (
          <option key={id} value={id}>
            {`${title === '' ? task : title}, ${createdAt.slice(0, 16).replace('T', ' ')} (${status}, ${String(unitsAnswered)}/${String(unitsTotal)})`}
          </option>
        ))}
      </select>
    </label>
  )
}

/** Links that download the answers of a run with their provenance. */
export function Downloads({ client, run }: { readonly client: MephistoClient; readonly run: string }) {
  return (
    <p className="mephisto-review-downloads">
      Download <a href={client.downloadUrl(run, 'csv')} download>CSV</a> <a href={client.downloadUrl(run, 'jsonl')} download>JSONL</a>
    </p>
  )
}

/** Where the money of a run is. */
export function MoneyLine({ money }: { readonly money: RunView['money'] }) {
  return (
    <dl className="mephisto-review-money">
      <Amount name="Spent" hint="Accepted work, paid out or still owed">{formatMoney(money.spent)}</Amount>
      <Amount name="Reserved" hint="Held for work under way and for answers to review">{formatMoney(money.reserved)}</Amount>
      <Amount name="Owed" hint="Approved and not yet paid out">{formatMoney(money.owed)}</Amount>
      <Amount name="Budget" hint="Cap on spent plus reserved">{money.budget ? formatMoney(money.budget) : 'no cap'}</Amount>
    </dl>
  )
}

function Amount({ name, hint, children }: { readonly name: string; readonly hint: string; readonly children: ReactNode }) {
  return <div className="mephisto-review-amount" title={hint}><dt>{name}</dt><dd>{children}</dd></div>
}
