// Which block may have become which other one, so that its change can be told inside of it.
import type { Node } from "prosemirror-model"

export const CELLS = new Set(["table_cell", "table_header"])
const FAMILIES = [["paragraph", "heading"], ["bullet_list", "ordered_list"], [...CELLS]]

export function family(one: Node, other: Node): boolean {
  return one.type === other.type || FAMILIES.some(names => names.includes(one.type.name) && names.includes(other.type.name))
}

/** May one of these blocks have become the other? */
export function related(one: Node, other: Node): boolean {
  if (!family(one, other)) return false
  for (let index = 0; index < one.childCount; index++) for (let second = 0; second < other.childCount; second++) if (one.child(index).eq(other.child(second))) return true
  const [words, others] = [firstBlock(one), firstBlock(other)]
  if (!words || !others) return words === others
  if (words.attrs.id && words.attrs.id === others.attrs.id) return true
  const [text, now] = [words.textContent, others.textContent]
  return (text === "" && now === "") || (text !== "" && now !== "" && (text[0] === now[0] || text.at(-1) === now.at(-1)))
}

function firstBlock(node: Node): Node | null {
  let found: Node | null = null
  node.descendants(child => {
    if (!found && child.isTextblock) found = child
    return found === null
  })
  return found
}

/** Do rows and columns still face each other, so that a table need not be replaced as a whole? */
export function sameGrid(old: Node, wanted: Node): boolean {
  const [was, now] = [shape(old), shape(wanted)]
  if (JSON.stringify(was) === JSON.stringify(now)) return true
  const [widths, sizes] = [was, now].map(rows => new Set(rows.map(row => row.length))) as [Set<number>, Set<number>]
  const isPlain = [...was, ...now].flat().every(span => span === "1x1") && widths.size <= 1 && sizes.size <= 1
  return isPlain && (was.length === now.length || [...widths].join() === [...sizes].join())
}

/** How many columns and rows each cell spans, row by row. */
function shape(table: Node): string[][] {
  return table.children.map(row => row.children.map(({ attrs }) => `${attrs.colspan}x${attrs.rowspan}`))
}
