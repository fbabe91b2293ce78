// Comments beside the text that is being written: waits for the editor, then joins it.
import { whenEditing } from "../editor/seam"
import { type Ground, Panel } from "./panel"
import { Server, type Setting } from "./server"

/** Begin beside a text, if the page has a place for comments. */
export function begin(ground: Ground, paper: string): Panel | null {
  const margin = document.getElementById("comments")
  if (!margin?.dataset["comments"]) return null
  return new Panel(ground, margin, new Server(JSON.parse(margin.dataset["comments"]) as Setting), paper)
}

whenEditing(editing => {
  begin({ view: editing.view, add: plugin => editing.addPlugin(plugin), hear: told => void editing.onMessage(told) }, String(editing.paper.id))
})
