// Who wrote what, in a text as the server has written it.
import { still as calm } from "../editor/dom"
import type { BlockFacts, Still } from "../comments/still"
import type { Paper } from "./toggle"

/** The text of a revision. */
export function stillPaper(text: Still): Paper {
  return {
    show(written, runs) {
      const { blocks } = (written ?? {}) as { blocks?: BlockFacts[] }
      if (blocks) text.learn(blocks)
      text.write(runs.map(({ start, end, writer }) => ({
        start, end,
        facts: { writer: writer.id, colour: String(writer.colour), line: String(writer.line) },
        first: { initials: writer.initials, name: writer.name },
      })))
    },
    passages: writer => text.written(writer),
    go(start) {
      text.element(start)?.scrollIntoView({ block: "center", behavior: calm() ? "auto" : "smooth" })
    },
    changed: () => undefined,
  }
}
