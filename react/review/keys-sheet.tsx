import { ModalSheet } from './kit/modal-sheet.js'
import type { ReviewTexts } from './texts/english.js'
import { useTexts } from './texts/review-texts.js'

const KEYS: readonly { readonly keys: readonly string[]; readonly does: keyof ReviewTexts['desk']['keys'] }[] = [
  { keys: ['A'], does: 'approve' },
  { keys: ['S'], does: 'softReject' },
  { keys: ['R'], does: 'reject' },
  { keys: ['N'], does: 'note' },
  { keys: ['M'], does: 'more' },
  { keys: ['O'], does: 'opinion' },
  { keys: ['Ctrl', 'Enter'], does: 'send' },
  { keys: ['Z', 'U'], does: 'undo' },
  { keys: ['J', '↓', '→'], does: 'next' },
  { keys: ['K', '↑', '←'], does: 'previous' },
  { keys: ['Home', 'End', 'Page ↑', 'Page ↓'], does: 'through' },
  { keys: ['X'], does: 'choose' },
  { keys: ['T'], does: 'takeOver' },
  { keys: ['?'], does: 'help' },
]

/** The list of keys, as a modal dialog; Escape closes it. */
export function KeysSheet({ onClose }: { readonly onClose: () => void }) {
  const { common, desk: { keys: texts } } = useTexts()
  return (
    <ModalSheet title={common.keys} onClose={onClose}>
      <dl className="mephisto-review-keys">
        {KEYS.map(({ keys, does }) => (
          <div key={does} className="mephisto-review-key">
            <dt>{keys.map(key => <kbd key={key}>{key}</kbd>)}</dt>
            <dd>{texts[does]}</dd>
          </div>
        ))}
      </dl>
      <p><button type="button" className="mephisto-button mephisto-button-primary" onClick={onClose}>{common.close}</button></p>
    </ModalSheet>
  )
}
