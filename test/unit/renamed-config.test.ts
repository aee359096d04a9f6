import { expect, test } from 'vitest'
import { renamed } from '../../sdk/operations/transfer/merge-rows.js'

test('ids in what a run asks for become those of here, and what its author set it up with stays, whatever its keys are called', () => {
  const config = { title: 't', args: { qualificationId: 'there', deep: { passedId: 'there' } }, gates: { requirements: [{ qualificationId: 'there' }] } }
  const row = renamed(new Map([['there', 'here']]), { id: 'r', config: JSON.stringify(config) })
  expect(JSON.parse(String(row['config']))).toEqual({ ...config, gates: { requirements: [{ qualificationId: 'here' }] } })
})
