'use client'

export { Chat, type ChatProps } from './chat.js'
