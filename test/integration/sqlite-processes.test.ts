import { expect, test } from 'vitest'
import { openEmbeddedClient } from '../../prisma/embedded-client.js'
import { freshFile, startChild } from '../unit/sqlite-client.js'
import { ALL } from './migrate-tables.js'

test('six processes start on one fresh file at once: one migrates, all work', { timeout: 30_000 }, async () => {
  const file = freshFile()
  const lines = await Promise.all(Array.from({ length: 6 }, () => startChild('start', file).line))
  const applied = lines.map(line => JSON.parse(line) as string[])
  expect(applied.flat()).toEqual(ALL)
  const { client, close } = await openEmbeddedClient({ file })
  expect(await client.$queryRawUnsafe('SELECT count(*) AS n FROM mephisto_project')).toEqual([{ n: 6 }])
  await close()
})

test('four processes count in one row: no update is lost, none fails', { timeout: 30_000 }, async () => {
  const file = freshFile()
  const { client, close } = await openEmbeddedClient({ file })
  await client.$executeRawUnsafe("INSERT INTO mephisto_project (id, name, created_at) VALUES ('counter', 'counter', 0)")
  const lines = await Promise.all(Array.from({ length: 4 }, () => startChild('count', file).line))
  expect(lines).toEqual(Array.from({ length: 4 }, () => '"counted"'))
  expect(await client.$queryRawUnsafe('SELECT created_at AS n FROM mephisto_project')).toEqual([{ n: 400 }])
  await close()
})
