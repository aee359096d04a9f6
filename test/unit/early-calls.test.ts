import 'fake-indexeddb/auto'
import { clear, createStore } from 'idb-keyval'
import { beforeEach, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { defineBlueprint } from '../../sdk/blueprints/blueprint.js'
import { createTaskSession } from '../../sdk/client/create-task-session.js'
import type * as loading from '../../sdk/client/load-part.js'
import { clock, open, preview, receiptFor, run, server, signals, storage, unit, until } from './task-session-stage.js'

// Calls of a page whose code for them is still on its way.

const way = vi.hoisted(() => ({ isOver: Promise.resolve(), end: (): void => undefined }))
const chunkArrives = () => { way.end() }
vi.mock('../../sdk/client/load-part.js', async original => {
  const { loadPart } = await original<typeof loading>()
  const loadLate: typeof loadPart = (context, scene, load) => loadPart(context, scene, async () => {
    await way.isOver
    return load()
  })
  return { loadPart: loadLate }
})

const helping = defineBlueprint({
  type: 'sentence-kind', input: z.object({ sentence: z.string() }), output: z.object({ kind: z.string() }),
  procedures: { shout: { input: z.object({ text: z.string() }), output: z.object({ text: z.string() }) } },
})
let stored: (readonly [text: string, id: unknown])[] = []
const texts = () => [...new Map(stored.map(([text, id]) => [id, text])).values()]

beforeEach(async () => {
  way.isOver = new Promise(resolve => { way.end = resolve })
  await clear(createStore('mephisto-calls', 'calls'))
  // A call that is sent twice may come in for the second time when its test is over.
  const own: typeof stored = []
  stored = own
  server.always('preview', () => ({ data: { ...preview, run } }))
  server.always('register', () => ({ data: unit('one') }))
  server.always('read', () => new Promise(() => undefined))
  server.always('act', ({ input }) => new Promise(resolve => {
    setTimeout(() => {
      own.push([(input.input as { text: string }).text, input.callId])
      resolve({ data: { number: own.length } })
    }, 10)
  }))
  server.always('submit', made => (own.push(['answer', made.input.submissionId]), { data: receiptFor(made) }))
})

async function page() {
  const session = createTaskSession({ blueprint: helping, baseUrl: server.url, entry: { provider: 'inhouse', credential: 'link' }, clock, signals, storage, WebSocket: null, events: false })
  open.push(session as unknown as (typeof open)[number])
  session.start()
  const reach = async <S extends 'preview' | 'working'>(status: S) => {
    await until(() => { expect(session.getState().status).toBe(status) })
    return session.getState() as Extract<ReturnType<typeof session.getState>, { status: S }>
  }
  ;(await reach('preview')).accept()
  const working = await reach('working')
  return { session, working, call: (...all: string[]) => { for (const text of all) working.call('shout', { text }).catch(() => undefined) } }
}

it('go ahead of an answer that is handed in meanwhile, whenever the code comes', async () => {
  for (const isLate of [true, false]) {
    stored.length = 0
    const { session, working, call } = await page()
    call('a', 'b')
    working.submit({ kind: 'fact' })
    if (!isLate) chunkArrives()
    await until(() => { expect(session.getState().status).toBe('submitted') })
    expect(texts()).toEqual(['a', 'b', 'answer'])
    session.stop()
  }
})

it('are kept with an answer that does not get through, for the page that is loaded again', async () => {
  const { session, working, call } = await page()
  await server.close()
  call('a', 'b')
  working.submit({ kind: 'fact' })
  await until(() => { expect(session.getState().connection).toBe('retrying') })
  session.stop()
  await server.open()
  const next = createTaskSession({ blueprint: helping, baseUrl: server.url, entry: { provider: 'inhouse', credential: 'link' }, clock, signals, storage, WebSocket: null, events: false })
  open.push(next as unknown as (typeof open)[number])
  next.start()
  await until(() => { expect(next.getState().status).toBe('submitted') })
  expect(texts()).toEqual(['a', 'b', 'answer'])
})

it('are sent when the code is there, in order, before those that are made then', async () => {
  const { session, call } = await page()
  call('a', 'b')
  await new Promise(resolve => { setTimeout(resolve, 20) })
  expect(texts()).toEqual([])
  chunkArrives()
  await until(() => {
    const state = session.getState()
    expect(state.status === 'working' && state.calls.map(({ input: { text }, status }) => `${text} ${status}`)).toEqual(['a pending', 'b pending'])
  })
  const state = session.getState()
  if (state.status === 'working') state.call('shout', { text: 'c' }).catch(() => undefined)
  await until(() => { expect(texts()).toEqual(['a', 'b', 'c']) })
})

it('are refused at once when they are no JSON', async () => {
  const { working } = await page()
  const circular: { text?: unknown } = {}
  circular.text = circular
  // By whichever is there first: the code that keeps calls meanwhile, or the one that sends them.
  const refused: unknown = await working.call('shout', circular as { text: string }).catch((error: unknown) => error)
  expect(['TypeError', 'RefusedCall']).toContain((refused as Error).name)
  expect(texts()).toEqual([])
})
