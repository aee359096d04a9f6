import { ModalSheet } from './modal-sheet.js'

const KEYS: readonly { readonly keys: readonly string[]; readonly does: string }[] = [
  { keys: ['A'], does: 'Approve: paid' },
  { keys: ['S'], does: 'Soft-reject: paid, not used' },
  { keys: ['R'], does: 'Reject: not paid; asks for a reason; R again goes on without one, Esc keeps the unit' },
  { keys: ['N'], does: 'Write a note' },
  { keys: ['Ctrl', 'Enter'], does: 'In the note: decide (approve, or reject when a reason was asked for)' },
  { keys: ['Z', 'U'], does: 'Undo your last decision' },
  { keys: ['J', '↓', '→'], does: 'Next unit' },
  { keys: ['K', '↑', '←'], does: 'Unit before' },
  { keys: ['X'], does: 'Choose the unit, to decide several at once with A, S or R; Esc chooses none' },
  { keys: ['?'], does: 'This list' },
]

/** The list of keys, as a modal dialog; Escape closes it. */
export function KeysSheet({ onClose }: { readonly onClose: () => void }) {
  return (
    <ModalSheet title="Keys" onClose={onClose}>
      <dl className="mephisto-review-keys">
        {KEYS.map(({ keys, does }) => (
          <div key={does} className="mephisto-review-key">
            <dt>{keys.map(key => <kbd key={key}>{key}</kbd>)}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p><button type="button" className="mephisto-button mephisto-button-primary" onClick={onClose}>Close</button></p>
    </ModalSheet>
  )
}
