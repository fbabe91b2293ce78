// Where a page has a place for comments, they begin there.
import type { Ground } from "./ground"
import { Panel } from "./panel"
import { Server, type Setting } from "./server"

/** Begin beside a text, if the page has a place for comments. */
export function begin(ground: Ground, paper: string): Panel | null {
  const margin = document.getElementById("comments")
  if (!margin?.dataset["comments"]) return null
  return new Panel(ground, margin, new Server(JSON.parse(margin.dataset["comments"]) as Setting), paper)
}
