// Steps carried over other people's steps by positions alone, as prosemirror-collab does with
// documents; and the words that steps bring. Pure.
import type { Node, Slice } from "prosemirror-model"
import { Mapping, type Step, type StepMap } from "prosemirror-transform"

/** `mine`, all standing on one document, moved behind `over`; null for each that no longer has a place. */
export function carry(mine: readonly Step[], over: readonly StepMap[]): (Step | null)[] {
  const mapping = new Mapping()
  for (let at = mine.length - 1; at >= 0; at--) mapping.appendMap((mine[at] as Step).getMap().invert())
  for (const map of over) mapping.appendMap(map)
  return mine.map((step, at) => {
    const mirror = mine.length - at - 1
    const mapped = step.map(mapping.slice(mirror + 1))
    if (!mapped) return null
    mapping.appendMap(mapped.getMap(), mirror)
    return mapped
  })
}

function said(node: Node): string {
  if (node.isText) return node.text ?? ""
  if (node.type.name === "hard_break") return "\n"
  return node.type.name === "footnote" ? ` [${node.textContent}]` : String(node.attrs.label ?? "")
}

/** The text of a piece of document, paragraph by paragraph, empty ones left out. */
export function paragraphs(content: Slice["content"]): string[] {
  return allParagraphs(content).filter(text => text.trim() !== "")
}

function allParagraphs(content: Slice["content"]): string[] {
  const found: string[] = []
  let open = false
  const visit = (node: Node): void => {
    if (node.isInline) {
      if (!open) found.push("")
      open = true
      found[found.length - 1] = (found.at(-1) ?? "") + said(node)
      return
    }
    if (node.isTextblock) {
      found.push("")
      open = true
      node.forEach(visit)
      open = false
      return
    }
    open = false
    node.forEach(visit)
  }
  content.forEach(visit)
  return found
}

/** The words that these steps put into the text; letters typed one by one are joined. */
export function words(steps: readonly Step[]): string[] {
  const found: string[] = []
  let end = -1 // where the last insertion ended
  for (const step of steps) {
    const { slice, from, to } = step as unknown as { slice?: Slice; from?: number; to?: number }
    if (!slice || from === undefined) continue
    const text = allParagraphs(slice.content)
    if (text.length === 0) {
      if (slice.size > 0) end = -1
      else if (to !== undefined && from === to - 1 && to === end && found.length > 0) {
        found[found.length - 1] = (found.at(-1) ?? "").slice(0, -1) // a letter taken back
        end = from
      }
      continue
    }
    if (from === end && slice.openStart === 0 && found.length > 0) {
      found[found.length - 1] += text[0] ?? ""
      found.push(...text.slice(1))
    } else found.push(...text)
    end = from + slice.size
  }
  return found.filter(text => text.trim() !== "")
}
