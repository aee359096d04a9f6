import type { LivePersonView, OverReason } from '../protocol/live-views.js'
import type { RunInfoView } from '../protocol/worker-views.js'
import { durationText } from './duration-text.js'

/** What is said while people wait for each other. */
export const WAITING_ROOM = {
  /** Until the server has said who is there it may have begun long ago. */
  title: (people: readonly LivePersonView[]): string => (people.length === 0 ? 'One moment…' : 'Waiting for the others'),
  count: (people: readonly LivePersonView[], seats: number): string => `${people.filter(({ status }) => status === 'here').length} of ${seats} people are here.`,
  waited: (seconds: number): string => `You have waited for ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}.`,
  hint: (live: RunInfoView['live']): string => `The work begins by itself when enough people are here, so keep this page open.${ifTooFew(live)}`,
  stop: 'Stop waiting',
} as const

/** What becomes of those who wait, as the run was set up. */
function ifTooFew({ whenTooFew, lobbyMs }: NonNullable<RunInfoView['live']> = { seats: 1 }): string {
  const within = lobbyMs === undefined ? '' : ` within ${durationText(lobbyMs)}`
  switch (whenTooFew) {
    case 'release': return ` If too few have come${within}, this page lets you know.`
    case 'bots': return ` If too few have come${within}, programs take the free places.`
    default: return ''
  }
}

/** What is said of a bot. */
export const A_PROGRAM = 'a program'

/** How somebody is, in a word. */
export function personText({ agentId, status }: LivePersonView, you: LivePersonView | null): string {
  if (status === 'bot') return A_PROGRAM
  return agentId === you?.agentId ? 'you' : status
}

/** What is worth saying of who came, went, or is gone for good; an empty text for nothing. */
export function peopleNews(before: readonly LivePersonView[], now: readonly LivePersonView[], you: LivePersonView | null): string {
  const others = (people: readonly LivePersonView[]): LivePersonView[] => people.filter(({ agentId, status }) => agentId !== you?.agentId && status !== 'bot')
  const known = (people: readonly LivePersonView[], { agentId }: LivePersonView): LivePersonView | undefined => people.find(person => person.agentId === agentId)
  const gone = others(before).filter(person => person.status !== 'left' && !known(now, person)).map(({ name }) => `${name} has left.`)
  const changed = others(now).map(person => {
    const was = known(before, person)?.status
    if (person.status === was) return ''
    if (person.status === 'left') return `${person.name} has left.`
    if (person.status === 'away') return `${person.name} is away.`
    return `${person.name} ${was ? 'is back' : 'has come'}.`
  })
  return [...gone, ...changed].filter(text => text !== '').join(' ')
}

/** Why it is over, and what follows. */
export function overText(reason: OverReason, seats: number): string {
  switch (reason) {
    case 'done': return 'The work together is over. You can hand in your answer now.'
    case 'partner_left': return `${seats === 2 ? 'Your partner has' : 'Somebody has'} left. You can hand in what you have, and it counts.`
    case 'erased': return 'What was said here has been erased. You can hand in what you have.'
  }
}
