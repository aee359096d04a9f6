import type { ReactNode } from 'react'
import { prerender } from 'react-dom/static'
import { expect, it } from 'vitest'
import { TaskShell } from '../../react/index.js'
import { LivePeople, WaitingRoom } from '../../react/live/index.js'
import { acceptLive, begun, inPhase, lobby, over, seller, shown, stands } from './live-session-stage.js'

/** What a browser shows once everything is loaded. */
async function pageOf(node: ReactNode): Promise<string> {
  const { prelude } = await prerender(node)
  return (await new Response(prelude).text()).replaceAll('<!-- -->', '')
}

it('shows who waits in the waiting room, and a way out', async () => {
  const { session, working } = await acceptLive()
  const before = await pageOf(<WaitingRoom task={working} />)
  expect(before).toContain('One moment…')
  expect(before).not.toContain('people are here')
  stands(lobby)
  const page = await pageOf(<WaitingRoom task={await shown(session, ({ live }) => { expect(live.people).toHaveLength(1) })} />)
  expect(page).toContain('Waiting for the others</h1><p role="status">1 of 2 people are here.</p>')
  expect(page).toMatch(/Buyer <span[^>]*>\(you\)/)
  expect(page).toContain('You have waited for 0:00.')
  expect(page).toContain('Stop waiting</button>')
})

it('shows who is there, and why it is over', async () => {
  const { session } = await acceptLive()
  stands({ ...begun, people: [...lobby.people, { ...seller, status: 'away' }] })
  const page = await pageOf(<LivePeople task={await inPhase(session, 'live')} />)
  expect(page).toMatch(/class="mephisto-person-away">Seller <span[^>]*>\(away\)/)
  expect(page).not.toContain('mephisto-notice')
  stands({ ...over, reason: 'partner_left' })
  expect(await pageOf(<LivePeople task={await inPhase(session, 'over')} />)).toContain('Your partner has left. You can hand in what you have, and it counts.')
})

it('counts nothing down in the frame', async () => {
  const { session } = await acceptLive()
  stands(begun)
  const page = await pageOf(<TaskShell task={await inPhase(session, 'live')}>content</TaskShell>)
  expect(page).toContain('content')
  expect(page).not.toContain('Time left')
})
