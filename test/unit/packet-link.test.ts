import { describe, expect, it } from 'vitest'
import { linkStage, openStream, settle, turn, until, type HandStream } from './packet-link-stage.js'

describe('a page that can open sockets', () => {
  it('opens one, and neither a stream nor a request beside it', async () => {
    const stage = linkStage()
    stage.sockets[0]?.opens()
    stage.sockets[0]?.tells(1)
    await turn(stage, 4_999)
    expect([stage.sockets.length, stage.streams.length, stage.reads.length, stage.told]).toEqual([1, 0, 0, [1]])
  })

  it('takes events when two in a row do not open', async () => {
    const stage = linkStage()
    stage.sockets[0]?.onclose?.()
    await turn(stage, 500)
    stage.sockets[1]?.onclose?.()
    const stream = await openStream(stage)
    stream.tells(1)
    await until(() => { expect(stage.told).toEqual([1]) })
    expect(stage.troubles).toEqual([true, false])
    await turn(stage, 60_000)
    expect(stage.sockets).toHaveLength(2)
  })

  it('takes events when the page may open none', async () => {
    const stage = linkStage({ sockets: 'forbidden' })
    await turn(stage, 500)
    await openStream(stage)
    expect([stage.sockets.length, stage.troubles]).toEqual([2, [true, false]])
  })

  it('tries all again when the network was away, and not those that do not open though it is there', async () => {
    const stage = linkStage()
    for (const index of [0, 1]) {
      stage.sockets[index]?.onclose?.()
      await turn(stage, 500)
    }
    for (const index of [0, 1]) {
      stage.streams[index]?.cut()
      await settle()
      await turn(stage, 500)
    }
    expect([stage.sockets.length, stage.streams.length, stage.reads.length]).toEqual([2, 2, 1])
    stage.reads[0]?.gives(1)
    await turn(stage, 30_000)
    for (const index of [2, 3]) {
      stage.sockets[index]?.onclose?.()
      await turn(stage, 500)
    }
    const stream = await openStream(stage, 2)
    stream.tells(2)
    await until(() => { expect(stage.told).toEqual([1, 2]) })
    stream.cut()
    await settle()
    await turn(stage, 500)
    expect([stage.sockets.length, stage.streams.length]).toEqual([4, 4])
  })

  it('goes on from the last number when one that was open does not come back, and takes a stream once', async () => {
    const stage = linkStage()
    stage.sockets[0]?.opens()
    stage.sockets[0]?.tells(1)
    stage.sockets[0]?.onclose?.()
    for (const index of [1, 2]) {
      await turn(stage, 1_000)
      stage.sockets[index]?.onclose?.()
    }
    const stream = await openStream(stage)
    expect(stream.address.searchParams.get('input')).toBe('{"after":1}')
    for (const number of [1, 2]) stream.tells(number)
    await until(() => { expect(stage.told).toEqual([1, 2]) })
  })
})

describe('a connection that is refused for its token', () => {
  const REFUSED = { id: 1, error: { message: 'too old', data: { mephistoCode: 'unauthenticated' } } }

  it('is made again with a new one, over a socket', async () => {
    const stage = linkStage()
    stage.sockets[0]?.onopen?.()
    stage.sockets[0]?.hears(REFUSED)
    expect(stage.sockets[0]?.isClosed).toBe(false)
    await settle()
    await turn(stage, 1_000)
    stage.sockets[1]?.opens()
    stage.sockets[1]?.tells(1)
    expect([stage.sockets.length, stage.streams.length, stage.told]).toEqual([2, 0, [1]])
    expect(stage.sockets.map(({ sent }) => /token[a-z-]*/.exec(sent[0] ?? '')?.[0])).toEqual(['token', 'token-renewed'])
  })

  it('is made again with a new one, for events', async () => {
    const stage = linkStage({ sockets: false })
    const refused = await openStream(stage)
    refused.sends(`event: serialized-error\ndata: ${JSON.stringify(REFUSED.error)}\n\n`)
    refused.ends()
    await settle()
    await turn(stage, 1_000)
    const stream = await openStream(stage, 1)
    expect(stream.headers.get('authorization')).toBe('Bearer token-renewed')
  })

  it('keeps its token when it is refused for something else', async () => {
    const stage = linkStage()
    stage.sockets[0]?.onopen?.()
    stage.sockets[0]?.hears({ id: 1, error: { message: 'no', data: { mephistoCode: 'forbidden' } } })
    await turn(stage, 1_000)
    expect(stage.sockets[1]?.isClosed).toBe(false)
    stage.sockets[1]?.onopen?.()
    expect(stage.sockets[1]?.sent[0]).toContain('Bearer token"')
  })
})

describe('a page that reads events', () => {
  it('asks for what comes after the last number, with its token', async () => {
    const stage = linkStage({ sockets: false })
    const { address, headers } = await openStream(stage)
    expect(address.href).toBe('https://app.example/mephisto/trpc/agent.packets?input=%7B%22after%22%3A0%7D')
    expect([headers.get('authorization'), headers.get('accept')]).toEqual(['Bearer token', 'text/event-stream'])
    expect(stage.reads).toHaveLength(0)
  })

  it('reads what comes in pieces, letters cut in two among them', async () => {
    const stage = linkStage({ sockets: false })
    const stream = await openStream(stage)
    stream.sends('data: {"number":1,"body"')
    await settle()
    const [first, second] = new TextEncoder().encode('ä')
    stream.sends(':"')
    stream.sends(Uint8Array.of(first ?? 0))
    await settle()
    stream.sends(Uint8Array.of(second ?? 0))
    stream.sends('"}\n')
    await settle()
    expect(stage.told).toEqual([])
    stream.sends('id: 1\n\n\ndata: {"number":2}\nid: 2\n\n')
    await until(() => { expect(stage.told).toEqual([1, 2]) })
  })

  it('keeps a stream that says ping, and takes one that says nothing for gone', async () => {
    const stage = linkStage({ sockets: false })
    const stream = await openStream(stage)
    for (let pings = 0; pings < 10; pings += 1) {
      await turn(stage, 9_000)
      stream.says('ping')
      await settle()
    }
    expect([stage.streams.length, stage.reads.length, stage.troubles]).toEqual([1, 0, []])
    await turn(stage, 10_000)
    expect(stream.signal.aborted).toBe(true)
    expect(stage.troubles).toEqual([true])
    await turn(stage, 500)
    await openStream(stage, 1)
    expect(stage.troubles).toEqual([true, false])
  })

  it('resumes one that was cut after it lived, as often as that happens', async () => {
    const stage = linkStage({ sockets: false })
    for (let round = 0; round < 8; round += 1) {
      const stream = await openStream(stage, round)
      expect(stream.address.searchParams.get('input')).toBe(`{"after":${String(round)}}`)
      stream.tells(round + 1)
      await until(() => { expect(stage.told).toHaveLength(round + 1) })
      if (round % 2 === 0) stream.cut()
      else stream.ends()
      await settle()
      await turn(stage, 500)
    }
    expect(stage.told).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(stage.reads).toHaveLength(0)
  })

  it('asks meanwhile when something holds its stream back, and only asks after two', async () => {
    const stage = linkStage({ sockets: false })
    await turn(stage, 3_000)
    expect(stage.reads).toHaveLength(1)
    stage.reads[0]?.gives(1, 2)
    await until(() => { expect(stage.reads.map(({ after }) => after)).toEqual([0, 2]) })
    await turn(stage, 7_000)
    await turn(stage, 500)
    expect(stage.streams).toHaveLength(2)
    await turn(stage, 10_000)
    await turn(stage, 300_000)
    expect(stage.streams).toHaveLength(2)
    expect(stage.streams.map(({ signal }) => signal.aborted)).toEqual([true, true])
    stage.reads[1]?.gives(3)
    await until(() => { expect(stage.told).toEqual([1, 2, 3]) })
    expect(stage.troubles).toEqual([])
  })

  it('is told once and in order by a stream that comes late while it asks', async () => {
    const stage = linkStage({ sockets: false })
    await turn(stage, 3_000)
    const stream = await openStream(stage)
    for (const number of [1, 2, 3]) stream.tells(number)
    await until(() => { expect(stage.told).toEqual([1, 2, 3]) })
    stage.reads[0]?.gives(1, 2)
    await settle()
    stream.tells(4)
    await until(() => { expect(stage.told).toEqual([1, 2, 3, 4]) })
    await turn(stage, 4_000)
    expect(stage.reads).toHaveLength(1)
  })

  it.each([['a page of a proxy', (stream: HandStream) => { stream.opens('text/html') }], ['an error', (stream: HandStream) => { stream.cut() }], ['the end', (stream: HandStream) => {
    stream.opens()
    stream.ends()
  }]])('only asks when it gets %s instead', async (_what, answer) => {
    const stage = linkStage({ sockets: false })
    for (const index of [0, 1]) {
      await until(() => { expect(stage.streams).toHaveLength(index + 1) })
      answer(stage.streams[index] as HandStream)
      await settle()
      await turn(stage, 500)
    }
    expect(stage.streams).toHaveLength(2)
    expect(stage.reads).toHaveLength(1)
    expect(stage.troubles).toEqual([true, false])
  })

  it('tries again half a minute later where a stream was open before', async () => {
    const stage = linkStage({ sockets: false })
    ;(await openStream(stage)).cut()
    await settle()
    for (const index of [1, 2]) {
      await turn(stage, 1_000)
      stage.streams[index]?.cut()
      await settle()
    }
    expect(stage.reads).toHaveLength(1)
    await turn(stage, 30_000)
    const stream = await openStream(stage, 3)
    stage.reads[0]?.gives()
    stream.tells(1)
    await until(() => { expect(stage.told).toEqual([1]) })
    await turn(stage, 4_000)
    expect(stage.reads).toHaveLength(1)
  })
})

describe('the end', () => {
  it('closes what is open and tells nothing more', async () => {
    const stage = linkStage({ sockets: false })
    const stream = await openStream(stage)
    stream.tells(1)
    stage.stop()
    await settle()
    expect(stream.signal.aborted).toBe(true)
    await turn(stage, 60_000)
    expect([stage.told.length <= 1, stage.streams.length, stage.reads.length]).toEqual([true, 1, 0])
  })

  it('comes when reading is refused', async () => {
    const stage = linkStage({ sockets: false })
    await turn(stage, 3_000)
    stage.reads[0]?.refuses()
    await settle()
    await turn(stage, 60_000)
    expect([stage.streams.length, stage.streams[0]?.signal.aborted, stage.reads.length]).toEqual([1, true, 1])
  })
})
