const MOST_BYTES = 4_000_000

/**
 * Opens a page as a browser does that comes to it for the first time. Its body is still to be read, or cancelled.
 * @throws Error for a page that cannot be reached, answers with an error or a redirect, or is no HTML; the message says which
 */
export async function openPage(url: string, { signal, fetch: send }: { readonly signal: AbortSignal; readonly fetch: typeof fetch }): Promise<Response> {
  const reply = await send(url, { signal, redirect: 'manual', headers: { accept: 'text/html' } }).catch((cause: unknown) => {
    throw new Error(`${url} cannot be reached: ${reasonOf(cause)}`, { cause })
  })
  const { status, headers, body } = reply
  // A browser takes a page that does not say what it is for HTML.
  const [target, type] = [headers.get('location'), headers.get('content-type') ?? 'text/html']
  const problem = status >= 300 && status < 400 && target !== null ? `leads on to ${URL.canParse(target, url) ? new URL(target, url).href : target}; name that address if it is the page, and see that nobody has to log in there`
    : !reply.ok ? `answers with ${String(status)}; workers would see that instead of the task`
      : !/^(?:text\/html|application\/xhtml\+xml)\b/i.test(type) ? `is no HTML page but ${type}` : null
  if (problem !== null) {
    // Unread, it would hold the connection, and the end of this process, until all of it has come.
    await body?.cancel()
    throw new Error(`${url} ${problem}.`)
  }
  return reply
}

/** Opens a page and reads nothing of it: the status that it answers with. @throws Error as {@link openPage} */
export async function pageStatus(url: string, how: { readonly signal: AbortSignal; readonly fetch: typeof fetch }): Promise<number> {
  const { status, body } = await openPage(url, how)
  await body?.cancel()
  return status
}

/** The text of a page, or the first four million bytes of it. @throws Error when it breaks off */
export async function readPage({ body, url }: Response): Promise<string> {
  const decoder = new TextDecoder()
  const reader = body?.getReader()
  let text = ''
  try {
    for (let bytes = 0; reader && bytes < MOST_BYTES;) {
      const { done, value } = await reader.read()
      if (done) return text + decoder.decode()
      text += decoder.decode(value.subarray(0, MOST_BYTES - bytes), { stream: true })
      bytes += value.length
    }
    await reader?.cancel()
    return text
  } catch (cause) {
    throw new Error(`${url} broke off: ${reasonOf(cause)}`, { cause })
  }
}

function reasonOf(cause: unknown): string {
  const { name, message, cause: inner } = cause as Error
  return name === 'TimeoutError' || name === 'AbortError' ? 'it took too long' : inner instanceof Error ? inner.message : message
}
