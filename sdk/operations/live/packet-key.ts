import type { PacketRow } from '../../ports/session-operations.js'

/** Who sent a packet, and the sender's own id of it. */
export type PacketKey = Pick<PacketRow, 'senderId' | 'clientId'>

/** One text for a packet's key. */
export const keyOf = ({ senderId, clientId }: PacketKey): string => `${senderId}/${clientId}`
