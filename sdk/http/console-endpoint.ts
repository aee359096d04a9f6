import { MephistoError } from '../errors.js'
import { attributeText } from '../protocol/attribute-text.js'
import type { ConsoleFiles } from './console-files.js'
import type { ConsoleOptions } from './console-options.js'

/** What is asked of the console. */
export interface ConsoleCall {
  readonly options: ConsoleOptions | false
  readonly request: Request
  /** Path inside the mount, without a leading slash. */
  readonly path: string
  /** Path of the mount, with slashes at both ends. */
  readonly basePath: string
}

const PLACE = 'console'
const SAFE_HEADERS = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'same-origin', 'cross-origin-resource-policy': 'same-origin' } as const
/** Nothing but the page's own files runs or is shown, and only pages of the same origin may frame it. */
const POLICY = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:", "media-src 'self' blob:", "connect-src 'self'",
  "form-action 'none'", "base-uri 'none'", "frame-ancestors 'self'",
].join('; ')

/**
 * Answers what is at `console` and below: one page and its files, which are the same for everybody and say nothing of any run; what
 * the page shows it asks for as whoever is logged in. Null for any other path, and where there is no console.
 */
export function answerConsole({ options, request, path, basePath }: ConsoleCall): Promise<Response> | null {
  if (options === false || (path !== PLACE && !path.startsWith(`${PLACE}/`))) return null
  return answer(path.slice(PLACE.length), { options, request, basePath })
}

async function answer(path: string, { options, request, basePath }: { readonly options: ConsoleOptions; readonly request: Request; readonly basePath: string }): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') throw new MephistoError('not_found', 'The console can only be read.')
  // Addresses in the page are told from where it is.
  if (path === '') return new Response(null, { status: 308, headers: { location: `${basePath}${PLACE}/`, 'cache-control': 'no-cache' } })
  const { consoleFiles } = await import('./console-files.js')
  const isEmpty = request.method === 'HEAD'
  if (path === '/') {
    return new Response(isEmpty ? null : pageOf(consoleFiles, options), { headers: { ...SAFE_HEADERS, 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache', 'content-security-policy': POLICY } })
  }
  const name = path.slice(1)
  const file = Object.hasOwn(consoleFiles.files, name) ? consoleFiles.files[name] : undefined
  if (file === undefined) throw new MephistoError('not_found', `There is nothing at ${basePath}${PLACE}${path}; the console is at ${basePath}${PLACE}/.`)
  const headers = {
    ...SAFE_HEADERS, 'content-type': name.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=31536000, immutable', 'vary': 'accept-encoding',
  }
  const compressed = Uint8Array.from(atob(file), character => character.charCodeAt(0))
  if (takesGzip(request)) return new Response(isEmpty ? null : compressed, { headers: { ...headers, 'content-encoding': 'gzip' } })
  return new Response(isEmpty ? null : new Blob([compressed]).stream().pipeThrough(new DecompressionStream('gzip')), { headers })
}

/** Whether a request accepts gzip (RFC 9110, 12.5.3), without weighing it against other codings. */
function takesGzip(request: Request): boolean {
  return (request.headers.get('accept-encoding') ?? '').split(',').some(part => /^\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*$)[\d.]+\s*)?$/i.test(part))
}

/** What the page itself says, before its script does. */
const WORDS = {
  en: { direction: 'ltr', title: 'Mephisto console', loading: 'Loading…', noScript: 'The console needs JavaScript.' },
  ar: { direction: 'rtl', title: 'لوحة مفيستو', loading: 'جارٍ التحميل…', noScript: 'تتطلب هذه اللوحة JavaScript.' },
} as const satisfies Record<NonNullable<ConsoleOptions['language']>, unknown>

function pageOf({ script, style, parts }: ConsoleFiles, { loginHref, language = 'en' }: ConsoleOptions): string {
  const { direction, title, loading, noScript } = WORDS[language]
  const login = loginHref === undefined ? '' : ` data-login="${attributeText(loginHref)}"`
  return `<!doctype html>
<html lang="${language}" dir="${direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${style}">
${parts.map(part => `<link rel="modulepreload" href="${part}">\n`).join('')}<script type="module" src="${script}"></script>
</head>
<body>
<div id="console" data-language="${language}"${login}><main class="mephisto-console-wait"><h1>${title}</h1><p role="status">${loading}</p></main></div>
<noscript>${noScript}</noscript>
</body>
</html>
`
}
