import type { Principal } from '../sdk/index.js'

/** People of the operator side, one of each role. */
export const OLGA: Principal = { id: 'olga', name: 'Olga', roles: ['operator'] }
export const RITA: Principal = { id: 'rita', name: 'Rita', roles: ['reviewer'] }
/** Reviewers beside Rita. */
export const RAVI: Principal = { id: 'ravi', name: 'Ravi', roles: ['reviewer'] }
export const ROSA: Principal = { id: 'rosa', name: 'Rosa', roles: ['reviewer'] }
export const VERA: Principal = { id: 'vera', name: 'Vera', roles: ['viewer'] }
