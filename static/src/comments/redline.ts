// Which places of a redline belong to which entry of the list of changes. No page.

export interface Entry {
  ids: readonly string[] // the changes that it consists of
  kind: string // insertion | deletion | replacement | move | format | split | join
}

export type Sort = "words" | "block" | "format" | "end"

export interface Spot {
  id: string | null // the change that the page names there; null: it names none
  sort: Sort
}

function sorts(kind: string): readonly Sort[] {
  if (kind === "format") return ["format"]
  return kind === "split" || kind === "join" ? ["end"] : ["block"]
}

/**
 * For each entry the indices of its spots, both in the order of the text. Where the page does not
 * name the change, an entry takes the next free spot of its sort.
 */
export function matched(entries: readonly Entry[], spots: readonly Spot[]): number[][] {
  let after = -1
  const taken = new Set<number>()
  return entries.map(({ ids, kind }) => {
    let found = spots.flatMap((spot, index) => (spot.id !== null && ids.includes(spot.id) ? [index] : []))
    if (found.length === 0) {
      const next = spots.findIndex((spot, index) => index > after && !taken.has(index) && spot.id === null && sorts(kind).includes(spot.sort))
      found = next < 0 ? [] : [next]
    }
    for (const index of found) taken.add(index)
    if (kind !== "move") after = Math.max(after, ...found)
    return found
  })
}

export interface Block {
  changed: boolean
  heading: boolean
}

/** Runs of unchanged blocks that can be left out; a heading right above a change stays. */
export function unchanged(blocks: readonly Block[]): { from: number; to: number }[] {
  const kept = blocks.map((block, index) => block.changed || (block.heading && leads(blocks, index)))
  const runs: { from: number; to: number }[] = []
  kept.forEach((keep, index) => {
    const last = runs.at(-1)
    if (keep) return
    if (last && last.to === index) last.to = index + 1
    else runs.push({ from: index, to: index + 1 })
  })
  return runs
}

/** Is there a change between this heading and the next one? */
function leads(blocks: readonly Block[], heading: number): boolean {
  for (const block of blocks.slice(heading + 1)) {
    if (block.changed) return true
    if (block.heading) return false
  }
  return false
}
