import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { TRANSFER_TABLES } from '../../sdk/ports/transfer-operations.js'

// A column that is added to a model and not to what travels would be lost without a word.

/** The columns of each table, as the models have them: those in braces of `@map` or the field's own name. */
function modelTables(): Map<string, string[]> {
  const models = readFileSync('prisma/models.tpl.prisma', 'utf8').matchAll(/^model \w+ \{\n(.*?)^\}/gms)
  return new Map([...models].map(([, body = '']): [string, string[]] => {
    const columns = body.split('\n').flatMap(line => {
      const [, field, type = ''] = /^ {2}(\w+)\s+(\w+[?[\]]*)/.exec(line) ?? []
      return field === undefined || type.startsWith('Mephisto') ? [] : [/@map\("(\w+)"\)/.exec(line)?.[1] ?? field]
    })
    return [/@@map\("\{\{p\}\}(\w+)"\)/.exec(body)?.[1] ?? '', columns]
  }))
}

describe('what travels to another installation', () => {
  const models = modelTables()

  // A bound that the first search there finds again.
  const stays = ['free_from']

  test.each(Object.entries(TRANSFER_TABLES))('%s travels with all its columns', (table, columns) => {
    expect(Object.keys(columns).sort()).toEqual((models.get(table) ?? []).filter(column => !stays.includes(column)).sort())
  })

  test('is every table but those that are merged by name and those that are about this installation', () => {
    const merged = ['project', 'task', 'requester', 'blueprint_version', 'worker', 'qualification', 'granted_qualification']
    const here = ['outbox', 'publication', 'file', 'webhook', 'webhook_cursor', 'audit', 'review_claim']
    expect([...Object.keys(TRANSFER_TABLES), ...merged, ...here].sort()).toEqual([...models.keys()].sort())
  })
})
