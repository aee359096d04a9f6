import { describe, expect, it } from 'vitest'
import { linkStage, openStream, settle, turn, until, type HandStream } from './packet-link-stage.js'

describe('a stream that the server ends so that it is opened again', () => {
  it('is opened again at once, without a word that the connection was lost', async () => {
    const stage = linkStage({ sockets: false })
    for (const index of [0, 1, 2]) {
      const stream = await openStream(stage, index)
      stream.tells(index + 1)
      await turn(stage, 8_000)
      stream.says('reopen')
      await settle()
      expect(stage.streams).toHaveLength(index + 1)
      stream.ends()
    }
    const last = await openStream(stage, 3)
    expect(last.address.searchParams.get('input')).toBe('{"after":3}')
    expect([stage.told, stage.troubles, stage.reads.length]).toEqual([[1, 2, 3], [], 0])
  })

  it('is a failure when something in between held all of it back until then: packets are asked for meanwhile, and in the end alone', async () => {
    const stage = linkStage({ sockets: false })
    for (const index of [0, 1]) {
      await until(() => { expect(stage.streams).toHaveLength(index + 1) })
      const held = stage.streams[index] as HandStream
      await turn(stage, 8_000)
      held.opens()
      held.says('connected')
      held.tells(1)
      held.says('reopen')
      held.ends()
      await settle()
      await turn(stage, 2_000)
    }
    expect([stage.streams.length, stage.told]).toEqual([2, []])
    stage.reads[0]?.gives(1)
    await until(() => { expect(stage.told).toEqual([1]) })
    await until(() => { expect(stage.reads.length).toBeGreaterThan(0) })
  })

  it('is a connection like others when that comes at once, again and again', async () => {
    const stage = linkStage({ sockets: false })
    const stream = await openStream(stage)
    stream.says('reopen')
    stream.ends()
    await settle()
    expect([stage.streams.length, stage.troubles]).toEqual([1, [true]])
    await turn(stage, 1_000)
    await openStream(stage, 1)
    expect(stage.troubles).toEqual([true, false])
  })
})
