/** How units of a run are ordered: item by item, every item once before any twice, or by chance. */
export const UNIT_ORDERS = ['fifo', 'breadth_first', 'random'] as const
/** See {@link UNIT_ORDERS}. */
export type UnitOrder = (typeof UNIT_ORDERS)[number]

/** Highest priority of an item; 0 is the lowest and the default. */
export const HIGHEST_PRIORITY = 9

/** How many ranks each item has within its layer: the largest number of units of one assignment. */
const RANKS_PER_ITEM = 2 ** 10
/** Items of one run: with layers and priorities a rank stays below 2^53. */
const PLACES = 2 ** 29
/** A layer for each unit of an assignment. */
const LAYERS = 2 ** 10

/** The rank of a unit when items are handed out in their order, each item's units together. */
export function rankOf(position: number, unitIndex: number): number {
  return position * RANKS_PER_ITEM + unitIndex
}

/** How the items of a run are ordered. */
export interface Ordering {
  readonly order: UnitOrder
  /** Of the order by chance: the same one gives the same order. */
  readonly seed: number
}

/** The rank of a unit: by priority, then as the run orders its units. Ranks are handed out smallest first. Pure. */
export function rankIn({ order, seed }: Ordering, { position, unitIndex, priority }: { readonly position: number; readonly unitIndex: number; readonly priority: number }): number {
  const layer = order === 'breadth_first' ? unitIndex : 0
  const place = order === 'random' ? shuffled(position, seed) : position
  return ((HIGHEST_PRIORITY - priority) * LAYERS + layer) * PLACES * RANKS_PER_ITEM + rankOf(place, unitIndex)
}

/** The rank of another unit of the item that `rank` belongs to, with an index of its own: in the same layer. */
export function rankBeside(rank: number, unitIndex: number): number {
  return rankOf(Math.floor(rank / RANKS_PER_ITEM), unitIndex)
}

/** The rank of one more unit of the item whose first unit has `rank`: of the same priority, as the run orders its units. Pure. */
export function rankOfMore(order: UnitOrder, rank: number, { layer, unitIndex }: { readonly layer: number; readonly unitIndex: number }): number {
  const band = PLACES * RANKS_PER_ITEM
  const firstLayer = Math.floor(rank / (band * LAYERS)) * LAYERS
  return (firstLayer + (order === 'breadth_first' ? layer : 0)) * band + rankOf(Math.floor((rank % band) / RANKS_PER_ITEM), unitIndex)
}

/** Most units of an assignment, those that do work again among them. */
export const MOST_UNITS_PER_ITEM = RANKS_PER_ITEM

/** The last rank of the item, in its layer, that `rank` belongs to: a worker who has had one of its units searches on from here. */
export function lastRankOfItem(rank: number): number {
  return rankOf(Math.floor(rank / RANKS_PER_ITEM), RANKS_PER_ITEM - 1)
}

/** A place of its own for each position, in no order: steps of xorshift and multiplication, each of which can be undone. */
function shuffled(position: number, seed: number): number {
  const mask = PLACES - 1
  let place = (position ^ (seed & mask)) & mask
  for (const [shift, factor] of [[15, 0x2c1b3c6d], [12, 0x297a2d39], [14, 0x1b56c4e9]] as const) {
    place = Math.imul(place ^ (place >>> shift), factor) & mask
  }
  return place ^ (place >>> 15)
}
