import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { TaskGate } from '../../react/task-gate.js'
import { gateOf } from '../../sdk/client/gate.js'
import { clock, kept, preview, reach, receiptFor, server, signals, start, startWorking, submissionIds, until } from './task-session-stage.js'

// Pages that were loaded before the server was exchanged for one that does not understand them.

const OUTDATED = { error: { status: 412, code: 'page_outdated', message: 'This page is out of date.' } }
const settle = () => new Promise(resolve => { setTimeout(resolve, 20) })

describe('a page that is older than the server', () => {
  it('says so, and is loaded again when the person wants it, never by itself', async () => {
    server.always('preview', () => OUTDATED)
    const session = start()
    const failed = await reach(session, 'failed')
    expect(failed).toMatchObject({ code: 'page_outdated', message: 'This page is out of date.' })
    expect(gateOf(failed)).toMatchObject({ heading: 'This page is out of date', primary: { label: 'Load again' } })
    clock.advance(600_000)
    signals.wake()
    await settle()
    expect([signals.reloads(), server.calls('preview').length]).toEqual([0, 1])
    failed.retry()
    failed.retry()
    expect([signals.reloads(), server.calls('preview').length]).toEqual([1, 1])
  })

  it('offers that instead of the way to the start page', async () => {
    server.always('preview', () => OUTDATED)
    const failed = await reach(start(), 'failed')
    const shown = renderToStaticMarkup(<TaskGate task={failed} startHref="/start" />)
    expect([shown.includes('Load again'), shown.includes('/start')]).toEqual([true, false])
  })

  it('keeps what is being typed', async () => {
    const { session, working } = await startWorking()
    server.always('extend', () => OUTDATED)
    working.setDraft({ comment: 'half' })
    await working.extend()
    expect(await reach(session, 'failed')).toMatchObject({ code: 'page_outdated', hasDraft: true })
    expect(kept(':draft:')).toHaveLength(1)
    session.stop()
    expect((await startWorking()).working.draft).toEqual({ comment: 'half' })
  })

  it('keeps an answer that was handed in, for the page that is loaded again', async () => {
    const { session, working } = await startWorking()
    server.always('submit', () => OUTDATED)
    working.submit({ kind: 'fact' })
    expect(await reach(session, 'failed')).toMatchObject({ code: 'page_outdated', hasDraft: true })
    expect(kept(':pending:')).toHaveLength(1)
    session.stop()
    server.always('preview', () => OUTDATED)
    const before = await reach(start(), 'failed')
    expect([before.code, kept(':pending:').length]).toEqual(['page_outdated', 1])
    server.always('preview', () => ({ data: preview }))
    server.always('submit', call => ({ data: receiptFor(call) }))
    await reach(start(), 'submitted')
    expect([submissionIds().size, kept(':pending:').length, kept(':draft:').length]).toEqual([1, 0, 0])
  })

  it('says which version it speaks, and tries on while a server is older than itself', async () => {
    server.next('preview', { error: { status: 503, code: 'unavailable', message: 'newer' } })
    const session = start()
    await until(() => { expect(session.getState().connection).toBe('retrying') })
    signals.wake()
    expect(await reach(session, 'preview')).toMatchObject({ connection: 'online' })
  })
})
