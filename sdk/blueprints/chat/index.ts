export { implementChat, type ChatMessage, type ChatRules, type ChatTurn } from './implement-chat.js'
