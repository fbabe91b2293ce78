// A revision: its text as the server has written it, with its comments beside it.
import { begin } from "../comments/begin"
import { Still } from "../comments/still"
import { lines } from "../lines/index"
import { stillPaper } from "../writers/still"
import { writers } from "../writers/toggle"

const root = document.getElementById("revision-text")
if (root) {
  const paper = JSON.parse(root.dataset["paper"] ?? "{}") as { id?: number }
  const text = new Still(root)
  begin(text, String(paper.id))
  writers(stillPaper(text))
  lines(root)
}
