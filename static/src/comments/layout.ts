// Where cards stand beside the text: as near to their passages as they can, never one on another.

export interface Item {
  id: number
  want: number // px from the top of the column: where its passage begins
  height: number // px
}

export const GAP = 12 // px between two cards

/**
 * Tops of the cards, by id. `items` are in the order of the text. The current one stands beside its
 * passage if there is room above it for those before; without a current one, the first has its way.
 */
export function tops(items: readonly Item[], current: number | null): Map<number, number> {
  const at = Math.max(0, items.findIndex(item => item.id === current))
  const found: number[] = items.map(item => item.want)
  for (let index = at - 1; index >= 0; index--) {
    const item = items[index] as Item
    found[index] = Math.min(item.want, (found[index + 1] as number) - GAP - item.height)
  }
  let lowest = 0
  items.forEach((item, index) => {
    found[index] = Math.max(found[index] as number, lowest)
    lowest = (found[index] as number) + item.height + GAP
  })
  return new Map(items.map((item, index) => [item.id, found[index] as number]))
}

/** How high the column must be for its cards. */
export function height(items: readonly Item[], placed: ReadonlyMap<number, number>): number {
  return Math.max(0, ...items.map(item => (placed.get(item.id) ?? 0) + item.height))
}
