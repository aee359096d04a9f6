import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { file, htmlBlueprint } from '../../sdk/blueprints/html/index.js'
import { fileSchema } from '../../sdk/data-model/file-schema.js'
import { fieldsOfSchema } from '../../sdk/operations/schema-fields.js'

const make = (page: string, rest: object = {}) => htmlBlueprint({ type: 'form', page, ...rest })
const form = (controls: string) => make(`<form>${controls}</form>`)
const answer = (controls: string, value: unknown) => form(controls).blueprint.output.safeParse(value)
const refusal = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    expect(error).toMatchObject({ code: 'invalid_options' })
    return (error as Error).message
  }
  return 'nothing was refused'
}

describe('the answer that a form makes', () => {
  test.each([
    ['<input name=a required>', { a: 'x' }, {}],
    ['<input name=a>', {}, { a: 5 }],
    ['<input name=a minlength=2 maxlength=3>', { a: 'xyz' }, { a: 'x' }],
    ['<input name=a pattern="[a-z]+\\d">', { a: 'ab1' }, { a: 'ab1 ' }],
    ['<textarea name=a maxlength=3></textarea>', { a: 'a\nb' }, { a: 'abcd' }],
    ['<input type=number name=a required>', { a: -3 }, { a: 1.5 }],
    ['<input type=number name=a min=0 max=10 step=2>', { a: 10 }, { a: 3 }],
    ['<input type=number name=a min=0.5 step=0.1>', { a: 0.7 }, { a: 0.75 }],
    ['<input type=number name=a step=any>', { a: 0.123 }, { a: 'x' }],
    ['<input type=range name=a>', { a: 100 }, { a: 101 }],
    ['<input type=checkbox name=a>', { a: false }, {}],
    ['<input type=checkbox name=a value=yes required>', { a: true }, { a: false }],
    ['<input type=checkbox name=a value=x><input type=checkbox name=a value=y>', { a: ['y', 'x'] }, { a: ['z'] }],
    ['<input type=checkbox name=a value=x><input type=checkbox name=a value=y required>', { a: ['y'] }, { a: ['x'] }],
    ['<input type=radio name=a value=x required><input type=radio name=a value=y>', { a: 'y' }, {}],
    ['<select name=a><option value="">Choose<option>big  one<option value=b>B</select>', { a: 'big one' }, { a: 'Choose' }],
    ['<select name=a required><option value="">Choose<option value=b>B</select>', { a: 'b' }, {}],
    ['<select name=a multiple required><option>x<option>y</select>', { a: ['x', 'y'] }, { a: [] }],
    ['<select name=a multiple><option>x<option>y</select>', { a: [] }, { a: ['x', 'x'] }],
    ['<input type=date name=a min=2026-01-01 max=2026-12-31>', { a: '2026-02-28' }, { a: '2027-01-01' }],
    ['<input type=time name=a min=22:00 max=06:00>', { a: '23:30' }, { a: '12:00' }],
    ['<input type=month name=a>', { a: '2026-02' }, { a: '2026-13' }],
    ['<input type=email name=a>', { a: 'a@b' }, { a: 'a' }],
    ['<input type=url name=a>', { a: 'https://a.example/?b' }, { a: '/b' }],
    ['<input type=color name=a>', { a: '#00ff7f' }, { a: 'red' }],
    ['<button name=a value=x>X</button><button name=a value=y>Y</button>', { a: 'x' }, {}],
    ['<button name=a value=x>X</button><button>Skip</button>', {}, { a: 'y' }],
    ['<input type=hidden name=a required>', {}, { a: 1 }],
    ['<input name=a required disabled>', {}, { a: 1 }],
    ['<fieldset disabled><input name=a required><input type=range name=b></fieldset>', {}, { a: 1 }],
  ])('%s takes %j and not %j', (controls, good, bad) => {
    expect(answer(controls, good)).toMatchObject({ success: true, data: good })
    expect(answer(controls, bad).success).toBe(false)
  })

  test('need not have a button that one outside of the form, which names it, does without', () => {
    const made = (skip: string) => make(`<form id=f><button name=a value=x>X</button></form>${skip}`).blueprint.output.safeParse({}).success
    expect([made('<button form=f>Skip</button>'), made('<button form=g>Skip</button>'), made('<button>Skip</button>')]).toEqual([true, false, false])
  })

  test('has a column for each field, in the order of the page, and keeps what a script adds', () => {
    const made = form('<input name=b type=number required><label><input name=a type=checkbox> yes</label><select name=c><option>x</select>')
    expect(fieldsOfSchema(made.outputSchema).map(({ name, kind }) => `${String(name)}: ${kind}`)).toEqual(['b: integer', 'a: boolean', 'c: text'])
    expect(made.blueprint.output.parse({ b: 1, a: true, boxes: [{ x: 1 }] })).toEqual({ b: 1, a: true, boxes: [{ x: 1 }] })
  })

  test('leaves alone what is in a template, of which a script makes others', () => {
    const made = make('<form><template><form><input><input name=x></form></template><input name=a></form>')
    expect(fieldsOfSchema(made.outputSchema).map(({ name }) => name)).toEqual(['a'])
  })

  test('finds controls by the form they name, and leaves alone what is dissociated or of a dialog', () => {
    const made = make('<input name=a form=f><form id=f><input form="" name=z></form><dialog><form method=dialog><input name=q></form></dialog><button name=go value=1 form=f>Go</button>')
    expect(fieldsOfSchema(made.outputSchema).map(({ name }) => name)).toEqual(['a', 'go'])
  })
})

describe('the rows that a page wants', () => {
  const page = '<h1 title="${title}">${ text }</h1><script>`${notThis}`</script><textarea form=f name=t>${start}</textarea><form id=f></form><template><b>${inside}</b></template><p>\\${kept}</p>'

  test('have a field of text for each placeholder, also of the preview; other fields are kept', () => {
    const { blueprint } = make(page, { preview: '<p>${teaser}</p>' })
    const row = { title: 't', text: 'x', start: '', inside: 'i', teaser: 'z', id: 7 }
    expect(blueprint.input.parse({ ...row, text: 5 })).toEqual({ ...row, text: '5' })
    expect(blueprint.input.safeParse({ ...row, teaser: undefined }).error?.issues).toMatchObject([{ path: ['teaser'] }])
  })

  test('lead only where it does no harm', () => {
    const { blueprint } = make('<form><a href="${link}">x</a><img src="${picture}"><img src="/images/${name}.png"></form>')
    const row = { link: 'https://a.example', picture: 'data:image/png;base64,AA', name: 'javascript:' }
    expect(blueprint.input.safeParse(row).success).toBe(true)
    for (const wrong of [{ link: 'javascript:alert(1)' }, { link: ' java\nscript:alert(1)' }, { link: 'data:text/html,x' }, { picture: 'data:text/html,x' }, { link: 'vbscript:x' }]) {
      expect(blueprint.input.safeParse({ ...row, ...wrong }).error?.issues).toMatchObject([{ path: [Object.keys(wrong)[0]], message: expect.stringContaining('no web address') as string }])
    }
  })

  test('leave to the args what these have', () => {
    const made = make('<form>${question} ${text}</form>', { args: z.object({ question: z.string() }) })
    expect(made.blueprint.input.parse({ text: 'x' })).toEqual({ text: 'x' })
    expect(make('<form>${question} ${text}</form>', { args: z.object({ question: z.string() }), input: z.object({ text: z.string() }) }).blueprint.args).toBeDefined()
  })

  test('are checked against the schema of the author', () => {
    const input = z.object({ text: z.string() })
    expect(make('<form>${text} ${mephisto_agent_id}</form>', { input }).blueprint.input.parse({ text: 'x' })).toEqual({ text: 'x' })
    expect(refusal(() => make('<p>\n${txt}</p><form></form>', { input }))).toMatch(/page \(line 1\): \$\{txt\} is no field of the input; there are: text\. Write \\\$\{txt\}/)
    expect(make('<form>${any}</form>', { input: z.record(z.string(), z.string()) }).blueprint.type).toBe('form')
  })
})

describe('an author’s schema of the answer', () => {
  const radios = '<form><input type=radio name=stars value=1><input type=radio name=stars value=2><input type=radio name=ok value=true><input type=radio name=ok value=false><input name=note></form>'

  test('says how the controls are read', () => {
    const output = z.object({ stars: z.literal([1, 2]), ok: z.boolean(), note: z.string().optional() })
    const made = make(radios, { output })
    expect(made.blueprint.output).toBe(output)
    expect(made.pages.answer({ path: '', search: '', known: null })?.body).toContain('&#34;fields&#34;:[{&#34;name&#34;:&#34;stars&#34;,&#34;shape&#34;:&#34;one&#34;,&#34;value&#34;:&#34;number&#34;},{&#34;name&#34;:&#34;ok&#34;,&#34;shape&#34;:&#34;one&#34;,&#34;value&#34;:&#34;boolean&#34;}')
  })

  test.each([
    ['a field without a control', z.object({ stars: z.number(), ok: z.boolean(), note: z.string(), other: z.string() }), /"other", and no control has that name/],
    ['a control without a field', z.object({ stars: z.number(), ok: z.boolean() }), /has no "note".*line 1|line 1.*has no "note"/],
    ['a choice that never fits', z.object({ stars: z.literal([1, 3]), ok: z.boolean(), note: z.string() }), /the choice "2" of .*name="stars"/],
    ['a list where there is one', z.object({ stars: z.array(z.number()), ok: z.boolean(), note: z.string() }), /hands in a single value/],
    ['a truth value of a text', z.object({ stars: z.number(), ok: z.boolean(), note: z.boolean() }), /does not hand in "true" or "false"/],
  ])('is refused for %s', (_, output, message) => {
    expect(refusal(() => make(radios, { output }))).toMatch(message)
  })

  test('may have fields that a script sets', () => {
    const output = z.object({ boxes: z.array(z.number()), note: z.string().optional() })
    expect(make('<form><input name=note></form>', { output, scripted: ['boxes'] }).blueprint.output).toBe(output)
  })
})

describe('a form that takes files', () => {
  const page = '<form><input type=file name=photo accept="image/*, .pdf" data-max-bytes=5000 required><input type=file name=more multiple></form>'
  const photo = { $file: 'f', name: 'a.png', mediaType: 'image/png', bytes: 5_000, sha256: 'x' }

  test('wants what its controls say', () => {
    const { blueprint: { output }, isWithFiles } = make(page)
    expect(isWithFiles).toBe(true)
    expect(output.safeParse({ photo, more: [] }).success).toBe(true)
    expect(output.safeParse({ photo: { ...photo, name: 'a.pdf', mediaType: 'application/octet-stream' }, more: [photo, { ...photo, bytes: 9_999 }] }).success).toBe(true)
    for (const answer of [{ more: [] }, { photo: { ...photo, bytes: 5_001 }, more: [] }, { photo: { ...photo, name: 'a.txt', mediaType: 'text/plain' }, more: [] }, { photo: 'a.png', more: [] }, { photo }]) {
      expect(output.safeParse(answer).success).toBe(false)
    }
    expect(make('<form><input type=file name=more multiple required></form>').blueprint.output.safeParse({ more: [] }).success).toBe(false)
  })

  test('is compared with a schema that is given', () => {
    expect(make(page, { output: z.object({ photo: fileSchema({ maxBytes: 10 }), more: z.array(fileSchema()).optional() }) }).isWithFiles).toBe(true)
    expect(refusal(() => make(page, { output: z.object({ photo: z.string(), more: z.array(fileSchema()) }) }))).toMatch(/name="photo"> hands in a file, and the schema/)
    expect(refusal(() => make(page, { output: z.object({ photo: fileSchema(), more: fileSchema() }) }))).toMatch(/name="more"> hands in a list/)
    expect(refusal(() => make('<form><input name=photo></form>', { output: z.object({ photo: fileSchema() }) }))).toMatch(/name="photo"> hands in no file/)
  })
})

describe('a page that would lose something or do harm is refused, with its line', () => {
  test.each([
    ['<p>nothing</p>', /there is no <form>/],
    ['<form></form>\n<form></form>', /line 2\): there are two forms/],
    ['<form>\n\n<input type=file name=photo data-max-bytes=5MB></form>', /line 3\): data-max-bytes of <input type="file" name="photo"> must be a whole number of bytes/],
    ['<form><input type=file name=x><input type=file name=x></form>', /two controls are named "x"/],
    ['<form><input></form>', /<input> has no name/],
    ['<form></form><input name=x>', /<input name="x"> is outside of the form/],
    ['<form><input name=x><input name=x></form>', /two controls are named "x"/],
    ['<form><input name=x type=radio value=1><input name=x type=checkbox></form>', /two controls are named "x"/],
    ['<form><input name=x type=radio value=1><input name=x type=radio value=1></form>', /could not be told apart/],
    ['<form><button name=x>Go</button></form>', /could not be told apart|value="…"/],
    ['<form><select name=x><option>a<option>a</select></form>', /two options with the value "a"/],
    ['<form><input name=__proto__></form>', /a name that no answer can have/],
    ['<form><input name=x pattern="["></form>', /no regular expression/],
    ['<form><input name="${x}"></form>', /must be the same for every row/],
    ['<form><p onclick="go(\'${x}\')">x</p></form>', /is a script, which no row may write/],
    ['<form><p style="color:${x}">x</p></form>', /may not come from a row/],
    ['<form></form><script src="${x}"></script>', /may not come from a row/],
    ['<form></form><svg><animateTransform to="${x}"/></svg>', /may not come from a row/],
    ['<form>${provider_worker_id}</form>', /\$\{provider_worker_id\} would put a worker's name into the page/],
    ['<base href="/x"><form></form>', /<base> would lead/],
    ['tweet.html', /"tweet\.html" is no HTML; give the text of the page, or file\('page\.html'\)/],
  ])('%s', (page, message) => {
    expect(refusal(() => make(page))).toMatch(message)
    expect(refusal(() => make(page))).toMatch(/^htmlBlueprint\("form"\): page/)
  })

  test('also that of the onboarding; a preview needs no form', () => {
    expect(refusal(() => make('<form></form>', { onboarding: { page: '<p>x</p>' } }))).toMatch(/: onboarding: there is no <form>/)
    expect(make('<form></form>', { preview: '<p>x</p>' }).blueprint.onboarding).toBeUndefined()
    expect(refusal(() => make('<form></form>', { frameAncestors: ['https://a.example/; script-src *'] }))).toMatch(/frameAncestors: .* is no origin/)
  })

  test('a file that is not there, or is no text', () => {
    const folder = mkdtempSync(join(tmpdir(), 'mephisto-html-'))
    expect(refusal(() => file(join(folder, 'none.html')))).toMatch(/none\.html cannot be read: there is no such file/)
    writeFileSync(join(folder, 'latin.html'), Buffer.from([0x3c, 0xff]))
    expect(refusal(() => file(join(folder, 'latin.html')))).toMatch(/it is not UTF-8 text/)
    writeFileSync(join(folder, 'page.html'), '<p>\n</p>')
    expect(refusal(() => htmlBlueprint({ type: 'form', page: file(join(folder, 'page.html')) }))).toMatch(/page \(.*page\.html\): there is no <form>/)
    rmSync(folder, { recursive: true })
  })
})

describe('a page as it is sent', () => {
  const sent = (page: string, rest = {}) => make(page, rest).pages.answer({ path: 'work', search: '', known: null })

  test('has the script first in its head, a doctype and a viewport, and nothing to follow before it is filled in', () => {
    expect(sent('<form><img src="${picture}" alt="${alt}"></form>')?.body).toMatch(/^<!doctype html><meta name="viewport"[^>]*><script src="task\.js\?[\da-f]{16}" data-page="[^"]*"><\/script><form autocomplete="off"><img data-mephisto-src="\$\{picture\}" alt="\$\{alt\}"><\/form>$/)
    expect(sent('<!-- a --><!DOCTYPE html><html lang=de><head><meta name=viewport content=x><title>t</title></head><form autocomplete=on></form>')?.body)
      .toMatch(/^<!-- a --><!DOCTYPE html><html lang=de><head><script [^>]*><\/script><meta name=viewport content=x><title>t<\/title><\/head><form autocomplete=on><\/form>$/)
  })

  test('lets scripts of its author run, and no others', () => {
    const policy = sent('<form><script>go()\r\n</script><p onclick="x()">x</p></form><script src="https://cdn.example/lib.js"></script>', { frameAncestors: ['https://www.mturk.com'], allowEval: true })?.headers['content-security-policy']
    // printf 'go()\\n' | openssl dgst -sha256 -binary | base64, and of 'x()'
    expect(policy).toContain("script-src 'self' 'unsafe-hashes' 'sha256-uxztVBOu4I1US70toGMPbtpfckNKW9OzJ9C6/M5mIrI=' https://cdn.example/lib.js 'sha256-D6IGS8VMvCoyaR/l0h9tERrBTATY01CoPS7l6xDv0kI=' 'unsafe-eval'")
    expect(policy).toContain("'unsafe-eval'")
    expect(policy).toContain("frame-ancestors 'self' https://www.mturk.com")
    expect(policy).toContain("form-action 'none'")
  })

  test('has a version that changes with any of the pages, and is sent once', () => {
    const { pages } = make('<form></form>')
    const etag = pages.answer({ path: '', search: '', known: null })?.headers['etag'] ?? ''
    expect(etag).toBe(`"${pages.build}"`)
    expect(pages.answer({ path: '', search: '', known: etag })).toMatchObject({ status: 304, body: '' })
    expect(pages.build).toMatch(/^[\da-f]{16}$/)
    expect(make('<form> </form>').pages.build).not.toBe(pages.build)
    expect(make('<form></form>', { preview: '<p></p>' }).pages.build).not.toBe(pages.build)
    // What a field is wanted as is part of what is sent, whatever the page looks like.
    const [text, number] = [z.string(), z.number()].map(stars => make('<form><input name=stars></form>', { output: z.object({ stars }) }).pages)
    expect(text?.build).not.toBe(number?.build)
    expect(pages.answer({ path: 'onboarding', search: '', known: null })).toBeNull()
  })

  test('has a script that is kept for good under its own version alone', () => {
    const { pages } = make('<form></form>')
    const version = /task\.js(\?[\da-f]+)/.exec(pages.answer({ path: '', search: '', known: null })?.body ?? '')?.[1] ?? ''
    const kept = (search: string) => pages.answer({ path: 'task.js', search, known: null })?.headers['cache-control']
    expect([kept(version), kept('?0000'), kept('')]).toEqual(['public, max-age=31536000, immutable', 'no-cache', 'no-cache'])
  })
})
