/** Says that the connection is lost and that nothing is; the live region is always there, so that screen readers hear it. */
export function ConnectionBanner({ connection, isSending }: { connection: 'online' | 'retrying'; isSending: boolean }) {
  const text = isSending
    ? 'Connection lost — your answer is safe on this device and will be sent.'
    : 'Connection lost — trying again. What you type is kept on this device.'
  return (
    <div role="status" aria-live="polite" className="mephisto-live">
      {connection === 'retrying' && <p className="mephisto-banner">{text}</p>}
    </div>
  )
}
