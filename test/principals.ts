import type { Principal } from '../sdk/index.js'

/** People of the operator side, one of each role. */
export const OLGA: Principal = { id: 'olga', name: 'Olga', roles: ['operator'] }
export const RITA: Principal = { id: 'rita', name: 'Rita', roles: ['reviewer'] }
export const VERA: Principal = { id: 'vera', name: 'Vera', roles: ['viewer'] }
