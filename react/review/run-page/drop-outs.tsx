import type { RunProgressView } from '../../../sdk/protocol/run-views.js'
import { useFormats, useTexts } from '../texts/review-texts.js'

/** Attempts that came to nothing; those that were given back with why, where anybody said so. */
export function DropOuts({ progress: { dropOuts: { returned, ...others }, returnReasons, setAside } }: { readonly progress: RunProgressView }) {
  const { run: texts, returns } = useTexts()
  const { count } = useFormats()
  const unsaid = returned - returnReasons.reduce((sum, { attempts }) => sum + attempts, 0)
  const why = returnReasons.length === 0 ? [] : [
    ...returnReasons.map(({ reason, attempts }) => ({ name: returns.reasons[reason], attempts })), ...unsaid > 0 ? [{ name: returns.unsaid, attempts: unsaid }] : [],
  ]
  const rest = Object.entries({ ...others, setAside }) as [keyof typeof texts.dropOuts, number][]
  return (
    <table className="mephisto-review-table">
      <caption>{texts.droppedOut}</caption>
      <tbody>
        <tr><th scope="row">{texts.dropOuts.returned}</th><td>{count(returned)}</td></tr>
        {why.map(({ name, attempts }) => <tr key={name} className="mephisto-review-part-of"><th scope="row">{name}</th><td>{count(attempts)}</td></tr>)}
        {rest.map(([name, attempts]) => <tr key={name}><th scope="row">{texts.dropOuts[name]}</th><td>{count(attempts)}</td></tr>)}
      </tbody>
    </table>
  )
}
