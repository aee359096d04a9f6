import type { RunView } from '../../../sdk/protocol/run-views.js'
import { useFormats, useTexts } from '../texts/review-texts.js'

/** What a run was set up with. */
export function RunFacts({ run }: { readonly run: RunView }) {
  const { facts } = useTexts().run
  const formats = useFormats()
  const shown: readonly (readonly [string, string | null])[] = [
    [facts.task, run.task], [facts.blueprint, run.blueprintType], [facts.provider, run.provider], [facts.requester, run.requester], [facts.pay, formats.money(run.money.pay)],
    [facts.perItem, formats.count(run.unitsPerAssignment)], [facts.lease, formats.length(run.leaseMs)],
    [facts.started, run.startedAt && formats.moment(run.startedAt)], [facts.ended, run.endedAt && formats.moment(run.endedAt)], [facts.id, run.id],
  ]
  return (
    <dl className="mephisto-review-values">
      {shown.map(([name, value]) => value !== null && <div key={name} className="mephisto-review-value"><dt>{name}</dt><dd>{value}</dd></div>)}
    </dl>
  )
}
