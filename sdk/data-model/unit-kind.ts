/** What kind of unit it is: ordinary work, or one that checks, trains or makes up to a worker. */
export const UNIT_KINDS = ['standard', 'screening', 'gold', 'compensation', 'training'] as const
/** See {@link UNIT_KINDS}. */
export type UnitKind = (typeof UNIT_KINDS)[number]
