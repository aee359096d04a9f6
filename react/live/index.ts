'use client'

export { LivePeople, type LivePeopleProps } from './live-people.js'
export { WaitingRoom, type WaitingRoomProps } from './waiting-room.js'
