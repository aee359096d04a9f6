import type { RunProgressView } from '../../../sdk/protocol/run-views.js'
import { useFormats, useTexts } from '../texts/review-texts.js'
import { DropOuts } from './drop-outs.js'

/** Who got no work and why, and attempts that came to nothing. */
export function RunLosses({ progress }: { readonly progress: RunProgressView }) {
  const { run: texts, refusals: reasons } = useTexts()
  const formats = useFormats()
  const { refusals } = progress
  return (
    <>
      {refusals.length > 0 && (
        <table className="mephisto-review-table">
          <caption>{texts.noWorkFor}</caption>
          <thead><tr><th scope="col">{texts.reason}</th><th scope="col">{texts.peopleCount}</th><th scope="col">{texts.times}</th></tr></thead>
          <tbody>{refusals.map(({ reason, workers, times }) => <tr key={reason}><th scope="row">{reasons[reason]}</th><td>{formats.count(workers)}</td><td>{formats.count(times)}</td></tr>)}</tbody>
        </table>
      )}
      <DropOuts progress={progress} />
    </>
  )
}
