import type { MephistoClient } from '../../sdk/client/create-mephisto-client.js'
import type { RunView } from '../../sdk/protocol/run-views.js'
import { useFormats, useTexts } from './texts/review-texts.js'

interface RunSelectProps {
  readonly runs: readonly RunView[]
  readonly run: string
  readonly onRun: (run: string) => void
}

/** Chooses the run under review. */
export function RunSelect({ runs, run, onRun }: RunSelectProps) {
  const { desk: texts, runStatuses } = useTexts()
  const formats = useFormats()
  return (
    <label className="mephisto-review-run">
      <span>{texts.run}</span>
      <select className="mephisto-review-select" value={run} onChange={event => { onRun(event.target.value) }}>
        {runs.every(({ id }) => id !== run) && <option value={run}>{run}</option>}
        {runs.map(({ id, title, task, status, createdAt, unitsAnswered, unitsTotal }) => (
          <option key={id} value={id}>
            {texts.runOption(title === '' ? task : title, formats.moment(createdAt), texts.runState(runStatuses[status], formats.count(unitsAnswered), formats.count(unitsTotal)))}
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
      {useTexts().desk.download} <a href={client.downloadUrl(run, 'csv')} download>CSV</a> <a href={client.downloadUrl(run, 'jsonl')} download>JSONL</a>
    </p>
  )
}

const AMOUNTS = ['spent', 'reserved', 'owed', 'budget'] as const

/** Where the money of a run is. */
export function MoneyLine({ money }: { readonly money: RunView['money'] }) {
  const texts = useTexts().desk
  const formats = useFormats()
  return (
    <dl className="mephisto-review-money">
      {AMOUNTS.map(name => {
        const amount = money[name]
        return <div key={name} className="mephisto-review-amount" title={texts.moneyHints[name]}><dt>{texts.money[name]}</dt><dd>{amount ? formats.money(amount) : texts.noCap}</dd></div>
      })}
    </dl>
  )
}
