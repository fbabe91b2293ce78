// Comments beside the text that is being written: waits for the editor, then joins it.
import type { EditorView } from "prosemirror-view"
import { Panel } from "./panel"
import { Server, type Setting } from "./server"

interface Mounted {
  view: EditorView
  paper: { id: number | string }
}

/** Begin beside `view`, if the page has a place for comments. */
export function begin(view: EditorView, paper: string): Panel | null {
  const margin = document.getElementById("comments")
  if (!margin?.dataset["comments"]) return null
  return new Panel(view, margin, new Server(JSON.parse(margin.dataset["comments"]) as Setting), paper)
}

const editor = document.getElementById("editor")
let begun = false

function mounted({ view, paper }: Mounted): void {
  if (begun) return
  begun = true
  begin(view, String(paper.id))
}

editor?.addEventListener("vorlauf:editor", event => mounted((event as CustomEvent<Mounted>).detail))
const there = (editor as (HTMLElement & { vorlauf?: Mounted }) | null)?.vorlauf
if (there) mounted(there)
