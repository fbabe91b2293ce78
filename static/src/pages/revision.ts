// A revision: its text as the server has written it, with its comments beside it.
import { begin } from "../comments/begin"
import { Still } from "../comments/still"

const root = document.getElementById("revision-text")
if (root) {
  const paper = JSON.parse(root.dataset["paper"] ?? "{}") as { id?: number }
  begin(new Still(root), String(paper.id))
}
