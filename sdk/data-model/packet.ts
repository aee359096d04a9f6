/**
 * What a packet is: `call` asks for a remote procedure, `result` brings what it gave, `failure` says why it gave nothing.
 */
export const PACKET_KINDS = ['call', 'result', 'failure'] as const
/** See {@link PACKET_KINDS}. */
export type PacketKind = (typeof PACKET_KINDS)[number]

/** The id under which the server answers the call that its page gave this one. */
export const answerIdOf = (callId: string): string => `answer-${callId}`
