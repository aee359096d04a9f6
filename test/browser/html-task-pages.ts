import * as z from 'zod'
import { htmlBlueprint } from '../../sdk/blueprints/html/index.js'

/** Every kind of control, a script of the author's, and placeholders wherever they may stand. */
export const everything = htmlBlueprint({
  type: 'everything',
  page: `<title>Everything</title><main><h1 title="\${title}">\${title}</h1><a id=link href="\${first}\${second}">link</a><img id=picture alt="\${title}" src="\${picture}"><img id=kept alt="\\\${title}" src="\${picture}">
    <form>
      <label>Name <input name=name value="\${title}"></label><label>Count <input name=count type=number min=1 required></label><label>Sure <input name=sure type=checkbox></label>
      <label>A <input name=letters type=checkbox value=a></label><label>B <input name=letters type=checkbox value=b></label>
      <label>Many <select name=many multiple><option>x<option>y<option>z</select></label><label>Text <textarea name=text></textarea></label>
      <input type=hidden name=secret value=s><label>Day <input type=date name=day></label><label>Free <input form="" id=free></label>
      <button name=verdict value=good>Good</button><button name=verdict value=bad>Bad</button>
    </form></main>
    <script>
      window.log = []
      document.addEventListener('mephisto:ready', event => { log.push(event.detail.stage + ' ' + event.detail.input.title + \`\${log.length}\`); if (event.detail.draft.clicks) log.push('clicks ' + event.detail.draft.clicks) })
      document.querySelector('form').addEventListener('submit', event => { if (document.getElementById('free').value === 'veto') event.preventDefault() })
    </script>
    <p onclick="log.push('handler')" id=handler>handler</p><a id=down href="#handler">down</a>`,
})
export const HOSTILE = '"><script>window.hacked = 1</script><img src=x onerror="window.hacked = 2">'
export const EVERYTHING = { title: 'Plain', first: '/a', second: '/b', picture: 'data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=' }

/** A form without a button, whose answer the server alone finds wrong, and whose styles would spoil anything near them. */
export const strict = htmlBlueprint({
  type: 'strict', args: z.object({ question: z.string() }),
  page: `<style>html { font-size: 62.5% } body { display: flex; justify-content: center } * { color: red; } div, header, section, dialog { display: none !important; }</style>
    <form><p>\${question}</p><label>Even <input name=even type=number></label></form>`,
  output: z.object({ even: z.number().refine(value => value % 2 === 0, 'This must be even.') }),
})

/** A form that takes files: one picture that is needed, and any others. */
export const filing = htmlBlueprint({
  type: 'filing',
  page: `<html lang=en><title>Receipt</title><main><h1>Photograph of \${thing}</h1><form>
      <p><label>Picture <input type=file name=picture accept="image/*" required data-max-bytes=1000000></label></p>
      <p><label>Others <input type=file name=others multiple></label></p>
      <p><label>Note <input name=note></label></p>
      <button>Send</button>
    </form></main>
    <script>
      window.seen = []
      document.querySelector('[name=picture]').addEventListener('change', event => { seen.push(event.target.files[0].name) })
    </script>`,
})

/** A form that is handed in as soon as a file is chosen. */
export const snapshot = htmlBlueprint({
  type: 'snapshot',
  page: '<html lang=en><title>Snapshot</title><main><form><label>Picture <input type=file name=picture onchange="this.form.requestSubmit()"></label></form></main>',
})

/** A page whose script makes its choices, with a field and a button beside the form. */
export const scripted = htmlBlueprint({
  type: 'scripted',
  page: `<main><form id=f><p>\${options}</p><div id=choices></div></form><label>Note <textarea name=note form=f></textarea></label><button form=f>Send</button></main>
    <script>
      document.addEventListener('mephisto:ready', event => { for (const one of event.detail.input.options.split(' ')) document.getElementById('choices').insertAdjacentHTML('beforeend', '<label><input type=radio name=choice value=' + one + '>' + one + '</label>') })
    </script>`,
  input: z.object({ options: z.string() }),
  output: z.object({ choice: z.string(), note: z.string().refine(note => note.length > 3, 'Say a little more.') }),
  scripted: ['choice'],
})

/** A page and an introduction to it, and no preview. */
export const introduced = htmlBlueprint({
  type: 'introduced',
  page: '<form><h1>About ${text}</h1><label>Word <input name=word required></label><button>Send</button></form>',
  onboarding: { page: '<form><h1>Before you begin</h1><label>Word <input name=word required></label><button>Begin</button></form>' },
  server: { validateOnboarding: answer => answer['word'] === 'yes' },
})
