import { KINDS } from '../task.js'

type Kind = (typeof KINDS)[number]

const TEXTS: Record<Kind, { name: string; hint: string }> = {
  promise: { name: 'Promise', hint: 'says what will be done' },
  fact: { name: 'Fact', hint: 'can be checked' },
  opinion: { name: 'Opinion', hint: 'a view or a value' },
}

/** Three big choices; keys 1 to 3 choose from anywhere, arrows between them. */
export function KindChoice(props: { kind: Kind | undefined; problem: string | undefined; onChoose: (kind: Kind) => void }) {
  return (
    <fieldset className="choices" aria-describedby="kind-problem">
      <legend>This sentence is a…</legend>
      {KINDS.map((kind, index) => (
        <label key={kind} className="choice">
          <input
            type="radio"
            name="kind"
            value={kind}
            checked={props.kind === kind}
            aria-invalid={props.problem !== undefined}
            aria-keyshortcuts={String(index + 1)}
            onChange={() => { props.onChoose(kind) }}
          />
          <kbd className="mephisto-key" aria-hidden="true">{index + 1}</kbd>
          <span><strong>{TEXTS[kind].name}</strong><small>{TEXTS[kind].hint}</small></span>
        </label>
      ))}
      <p id="kind-problem" role="alert" className="mephisto-problem choices-problem">{props.problem}</p>
    </fieldset>
  )
}
