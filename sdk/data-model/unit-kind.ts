/** What kind of unit it is: ordinary work, or one that checks, trains or makes up to a worker. */
export type UnitKind = 'standard' | 'screening' | 'gold' | 'compensation' | 'training'
