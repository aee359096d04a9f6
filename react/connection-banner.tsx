import { connectionText } from '../sdk/client/task-text.js'

/** Says that the connection is lost and that nothing is; the live region is always there, so that screen readers hear it. */
export function ConnectionBanner({ connection, isSending }: { connection: 'online' | 'retrying'; isSending: boolean }) {
  return (
    <div role="status" aria-live="polite" className="mephisto-live">
      {connection === 'retrying' && <p className="mephisto-banner">{connectionText(isSending)}</p>}
    </div>
  )
}
