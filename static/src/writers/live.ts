// Who wrote what, in the text that is being written: decorations that move along with it.
import type { DecorationSet as Set } from "prosemirror-view"
import type { Editing } from "../editor/seam"
import { still } from "../editor/dom"
import type { Run } from "./runs"
import type { Paper } from "./toggle"

interface Spec {
  writer?: string
}

/** The editor's text. */
export function livePaper(editing: Editing): Paper {
  const { view, parts: { Decoration, DecorationSet, Plugin, PluginKey } } = editing
  const key = new PluginKey<Set>("writers")
  editing.addPlugin(new Plugin<Set>({
    key,
    state: {
      init: () => DecorationSet.empty,
      apply: (transaction, shown) => (transaction.getMeta(key) as Set | undefined) ?? shown.map(transaction.mapping, transaction.doc),
    },
    props: { decorations: state => key.getState(state) },
  }))

  /** Each stretch of a run inside one textblock; where the writer is another than before, a label. */
  const decorations = (runs: readonly Run[], version: number) => {
    const { doc } = view.state
    const made: ReturnType<typeof Decoration.inline>[] = []
    let before = ""
    for (const run of runs) {
      const start = editing.fromServer(run.start, version)
      const end = editing.fromServer(run.end, version)
      if (start === null || end === null) continue
      const { id, name, initials, colour, line } = run.writer
      doc.nodesBetween(start, Math.min(end, doc.content.size), (node, pos) => {
        if (!node.isTextblock) return true
        const from = Math.max(start, pos + 1)
        const to = Math.min(end, pos + 1 + node.content.size)
        if (from >= to) return false
        made.push(Decoration.inline(from, to, { class: "written", "data-colour": String(colour), "data-line": String(line) }, { writer: id }))
        if (before !== id) {
          const first = doc.textBetween(from, Math.min(to, from + 2), "", " ").codePointAt(0) ?? 0
          made.push(Decoration.inline(from, Math.min(to, from + (first > 0xffff ? 2 : 1)), { "data-initials": initials, "data-name": name }))
          before = id
        }
        return false
      })
    }
    return DecorationSet.create(doc, made)
  }

  return {
    show(written, runs) {
      const set = written ? decorations(runs, written.version) : DecorationSet.empty
      view.dispatch(view.state.tr.setMeta(key, set).setMeta("addToHistory", false))
    },
    passages: writer => (key.getState(view.state)?.find(undefined, undefined, (spec: Spec) => spec.writer === writer) ?? [])
      .map(({ from, to }) => ({ start: from, words: view.state.doc.textBetween(from, to, " ", " ") })),
    go(start) {
      const { node } = view.domAtPos(start)
      const element = node instanceof Element ? node : node.parentElement
      element?.scrollIntoView({ block: "center", behavior: still() ? "auto" : "smooth" })
    },
    changed: hear => void editing.onUpdate((_state, transaction) => transaction?.docChanged && hear()),
  }
}
