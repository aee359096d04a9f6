// `node break-by-hand.js <address>`: what the checker finds before somebody changes a row by hand, and after.
import { checkPromises, openTestDb } from 'mephisto-sdk/testing'

const { db, query, tables } = await openTestDb({ at: process.argv[2] ?? '' })
const unit = `${tables.schema === undefined ? '' : `${tables.schema}.`}mephisto_unit`
const before = await checkPromises(query, tables)
const [first] = await query(`SELECT id FROM ${unit} WHERE status = 'completed' ORDER BY id`)
const id = String(first?.['id'])
await query(`UPDATE ${unit} SET status = 'launched' WHERE id = '${id}'`)
console.log(JSON.stringify({ id, before, after: await checkPromises(query, tables) }))
await db.close()
