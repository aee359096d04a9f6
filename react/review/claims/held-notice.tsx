import type { ClaimView } from '../../../sdk/protocol/review-views.js'
import { useTexts } from '../texts/review-texts.js'
import { useKeyPresses } from '../use-key-presses.js'

/** That somebody else reviews the unit, and a way for those who may decide to do so instead of them. */
export function HeldNotice({ holder, takeOver }: { readonly holder: ClaimView; readonly takeOver: (() => void) | undefined }) {
  const { desk: texts } = useTexts()
  useKeyPresses({ t: takeOver })
  return (
    <div className="mephisto-review-notice mephisto-review-held" role="status">
      <span>{texts.held(holder.byName)}</span>
      {takeOver && <button type="button" className="mephisto-button" aria-keyshortcuts="T" onClick={takeOver}>{texts.takeOver} <kbd aria-hidden="true">T</kbd></button>}
    </div>
  )
}
