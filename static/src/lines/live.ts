// Line numbers in the editor's page, as long as its text is the one that was numbered.
import type { DecorationSet as Set } from "prosemirror-view"
import type { Editing } from "../editor/seam"
import { lines } from "./index"

type Mark = [position: number, number: number, begins: string]

/** The empty element that stands where a line begins, as the server writes it. */
function element(number: number, begins: string): HTMLElement {
  const made = document.createElement("span")
  made.className = "line"
  made.id = `Z${number}`
  made.tabIndex = -1
  made.dataset["line"] = String(number)
  made.dataset["begins"] = begins
  return made
}

/** Put the numbers that the page brought into the text; the first change takes them away. */
export function liveLines(editing: Editing): void {
  const root = document.getElementById("editor")
  const marks = JSON.parse(root?.dataset["lineMarks"] ?? "[]") as Mark[]
  if (!root || marks.length === 0 || editing.version() !== editing.paper.version) return
  const { Decoration, DecorationSet, Plugin, PluginKey } = editing.parts
  const key = new PluginKey<Set>("lines")
  editing.addPlugin(new Plugin<Set>({
    key,
    state: {
      init: (_, state) => DecorationSet.create(state.doc, marks.map(([position, number, begins]) =>
        Decoration.widget(position, () => element(number, begins), { side: -1, key: `Z${number}` }))),
      apply: (transaction, shown) => (transaction.docChanged ? DecorationSet.empty : shown),
    },
    props: { decorations: state => key.getState(state) },
  }))
  lines(root)
}
