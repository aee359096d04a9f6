/**
 * What a packet is. `call` asks for a remote procedure, `result` brings what it gave, `failure` says why it gave nothing. In a session of
 * several people: `action` is what one of them did, `message` what the blueprint tells them, `state` how they stand, `event` what else happened,
 * which no page is told, `released` that somebody need not wait any longer.
 */
export const PACKET_KINDS = ['call', 'result', 'failure', 'action', 'message', 'state', 'event', 'released'] as const
/** See {@link PACKET_KINDS}. */
export type PacketKind = (typeof PACKET_KINDS)[number]

/** The id under which the server answers the call that its page gave this one. */
export const answerIdOf = (callId: string): string => `answer-${callId}`

/** Packets that a session keeps for each of its people: ten thousand calls with their answers. What pages send after that is refused. */
export const MOST_PACKETS = 20_000
