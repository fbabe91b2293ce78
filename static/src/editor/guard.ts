// What this page must not make, for the server would refuse it: half characters, control
// characters, blocks that lie too deep, papers that are too long.
import { Fragment, type Node, Slice } from "prosemirror-model"
import { Plugin, type Transaction } from "prosemirror-state"
import { t } from "../i18n"
import { isLocal } from "../live/collab"
import { TRACKED } from "../suggestions/tokens"
import { cleaned, HALF, isForbidden } from "../values"
import { announce, note } from "./announce"
import { MOST_DEPTH } from "./blocks"
import { changed } from "./ids"

export const MOST_SIZE = 2_000_000 // ProseMirror units
export const MOST_BATCH = 250_000 // bytes of JSON that one action may come to

/** Why this transaction's outcome is not acceptable, or null. */
export function wrong(transaction: Transaction): "half" | "depth" | "size" | null {
  const { doc } = transaction
  if (doc.content.size > MOST_SIZE && doc.content.size > transaction.before.content.size) return "size"
  let found: "half" | "depth" | null = null
  for (const [from, to] of changed([transaction])) {
    doc.nodesBetween(Math.max(0, from - 1), Math.min(doc.content.size, to + 1), (node, pos) => {
      if (node.isText) {
        if (HALF.test(node.text ?? "")) found = "half"
        return
      }
      if (node.isBlock && doc.resolve(pos).depth + 1 > MOST_DEPTH) found ??= "depth"
    })
  }
  return found
}

/** The node without the marks of tracked changes. */
function plainOf(node: Node): Node {
  const marks = node.marks.filter(mark => !TRACKED.has(mark.type.name))
  const made = marks.length < node.marks.length ? node.mark(marks) : node
  return made.attrs.end ? made.type.create({ ...made.attrs, end: null }, made.content, made.marks) : made
}

/** The content with its texts cleaned; of suggestions in it, what it says with them accepted. */
export function cleanedContent(content: Fragment): Fragment {
  const nodes: Node[] = []
  let same = true
  content.forEach(node => {
    if (node.marks.some(mark => mark.type.name === "deletion")) {
      same = false
      return
    }
    let next: Node | null = plainOf(node)
    same &&= next === node
    node = next
    if (node.isText) {
      const text = cleaned(node.text ?? "")
      next = text === node.text ? node : text ? node.type.schema.text(text, node.marks) : null
    } else {
      const inside = cleanedContent(node.content)
      if (inside !== node.content) next = node.copy(inside)
    }
    same &&= next === node
    if (next) nodes.push(next)
  })
  return same ? content : Fragment.from(nodes)
}

/** The plugin that refuses and cleans. */
export function guard(): Plugin {
  return new Plugin({
    filterTransaction(transaction) {
      if (!transaction.docChanged || !isLocal(transaction)) return true
      const why = wrong(transaction)
      if (why === "depth") announce(t("That would lie too deep inside other blocks."))
      if (why === "size") note(t("The paper is as long as a paper can be."))
      return why === null
    },
    props: {
      transformPasted(slice) {
        const content = cleanedContent(slice.content)
        if (content === slice.content) return slice
        const { openStart, openEnd } = Slice.maxOpen(content) // whole blocks may have gone
        return new Slice(content, Math.min(slice.openStart, openStart), Math.min(slice.openEnd, openEnd))
      },
      handlePaste(_view, _event, slice) {
        if (new TextEncoder().encode(JSON.stringify(slice.toJSON())).length <= MOST_BATCH) return false
        note(t("That is too much for one paste. Import it as a file, or paste it in parts."))
        return true
      },
      handleTextInput(view, from, to, text) {
        if (!isForbidden(text)) return false
        const kept = cleaned(text)
        if (kept) view.dispatch(view.state.tr.insertText(kept, from, to))
        return true
      },
    },
  })
}
