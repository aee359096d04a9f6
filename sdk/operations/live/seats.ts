import { UNDER_WAY_STATUSES } from '../../data-model/lifecycle.js'
import type { Seat } from '../../ports/unit-operations.js'

/** Somebody has a unit of the item in hand. */
export type TakenSeat = Seat & { readonly agent: NonNullable<Seat['agent']> }

/** See {@link TakenSeat}. */
export const isTaken = (seat: Seat): seat is TakenSeat => seat.status === 'assigned' && seat.agent !== null && UNDER_WAY_STATUSES.includes(seat.agent.status)

/** Nobody has it, and somebody could, now or later. */
export const isFree = ({ status }: Pick<Seat, 'status'>): boolean => status === 'launched' || status === 'created'
