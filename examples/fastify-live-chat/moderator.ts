import { implementChat, type ChatMessage } from 'mephisto-sdk/chat'
import { NEIGHBOURS, streetTalk } from './task.js'

const NAME = 'Moderator'
const QUESTIONS = [
  'Thank you both. What is the strongest reason against your own view?',
  'And what would have to be different so that you could both live with it?',
]

/** The talk with a program as its third participant: it asks a question whenever both people have written, and sums up at the end. */
export const moderatedTalk = implementChat(streetTalk, {
  opening: ({ input }) => `${input.question} Please say what you think, and why.`,
  leastMessages: 3,
  bot: { name: NAME, reply: ({ messages }) => nextWords(messages) },
})

/** What the moderator says after these messages; an empty text while it only listens. Ask your model here. */
export function nextWords(messages: readonly ChatMessage[]): string {
  // The opening is said at no place.
  const asked = messages.filter(({ name, seat }) => name === NAME && seat !== null).length
  const people = NEIGHBOURS.map(name => ({ name, texts: messages.filter(message => message.name === name).map(({ text }) => text) }))
  const rounds = Math.min(...people.map(({ texts }) => texts.length))
  if (rounds <= asked || asked > QUESTIONS.length) return ''
  return QUESTIONS[asked] ?? ['Here is what I heard:', ...people.map(heard), 'Go on if you like, or finish the chat.'].join('\n')
}

function heard({ name, texts }: { readonly name: string; readonly texts: readonly string[] }): string {
  return `${name}, at first: “${short(texts[0])}” Now: “${short(texts.at(-1))}”`
}

const short = (text = ''): string => (text.length > 120 ? `${text.slice(0, 119)}…` : text)
