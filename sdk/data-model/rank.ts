/** How many ranks each item of a run has: the largest number of units of one assignment. */
const RANKS_PER_ITEM = 1024

/** The rank of a unit when items are handed out in their order, each item's units together. */
export function rankOf(position: number, unitIndex: number): number {
  return position * RANKS_PER_ITEM + unitIndex
}

/** The last rank of the item that `rank` belongs to: a worker who has had one of its units searches on from here. */
export function lastRankOfItem(rank: number): number {
  return rankOf(Math.floor(rank / RANKS_PER_ITEM), RANKS_PER_ITEM - 1)
}
