const PAUSE_MS = 300

/** Swallows typed characters until there was a pause of 0.3 s: the rest of a word that was meant for a field that is gone. */
export function dropTyping(): void {
  const end = () => { document.removeEventListener('keydown', drop, true) }
  let timer = setTimeout(end, PAUSE_MS)
  function drop(event: KeyboardEvent) {
    if (event.key.length !== 1) return
    event.preventDefault()
    event.stopPropagation()
    clearTimeout(timer)
    timer = setTimeout(end, PAUSE_MS)
  }
  document.addEventListener('keydown', drop, true)
}
