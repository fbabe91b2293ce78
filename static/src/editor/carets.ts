// The others' cursors and selections, drawn over the text and not in it: an element between letters
// ends what a phone's keyboard composes beside it, and what is in the text may be read as text.
//
// Classes `others` (the layer), `others-cursor` (data-moving while they write or have just moved,
// data-end where the name goes to the left), `others-name`; the selections are the highlights
// others-0 … others-11. All have data-colour="0" … "11"; editor.css gives each number its colour.
import type { EditorView } from "prosemirror-view"
import { el } from "./dom"

const MOVING = 2_500 // ms that a name stays after its cursor moved
export const COLOURS = 12

export interface Caret {
  client: string
  name: string
  colour: number // 0 … 11
  at: { head: number; anchor: number } | null // in this page's text
  moved: number // when, as performance.now() tells it
}

interface Place {
  left: number
  top: number
  height: number
  end: boolean // in the right half of the text
}

export class Carets {
  private readonly layer = el("div", { class: "others", "aria-hidden": "true" })
  private readonly drawn = new Map<string, HTMLElement>()
  private readonly size = new ResizeObserver(() => this.soon())
  private frame = 0
  private timer = 0

  constructor(private readonly view: EditorView, private readonly carets: () => Iterable<Caret>) {
    view.dom.after(this.layer)
    view.dom.addEventListener("scroll", this.soon, { capture: true, passive: true }) // wide tables do
    this.size.observe(view.dom)
  }

  /** Draw them before the browser paints again. */
  readonly soon = (): void => {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0
      this.draw()
    })
  }

  destroy(): void {
    cancelAnimationFrame(this.frame)
    clearTimeout(this.timer)
    this.size.disconnect()
    this.view.dom.removeEventListener("scroll", this.soon, { capture: true })
    this.layer.remove()
    this.highlight([])
  }

  private draw(): void {
    const carets = [...this.carets()].filter(({ at }) => at !== null)
    this.highlight(carets)
    if (carets.length === 0 && this.drawn.size === 0) return
    const places = carets.map(({ at }) => this.place(at?.head ?? 0)) // all is read before anything is written
    const gone = new Set(this.drawn.keys())
    const now = performance.now()
    let next = Number.POSITIVE_INFINITY
    carets.forEach(({ client, name, colour, moved }, index) => {
      gone.delete(client)
      const made = this.drawn.get(client) ?? el("span", { class: "others-cursor", "data-client": client }, el("span", { class: "others-name" }))
      if (!this.drawn.has(client)) {
        this.drawn.set(client, made)
        this.layer.append(made)
      }
      made.dataset["colour"] = String(colour)
      const label = made.firstElementChild
      if (label && label.textContent !== name) label.textContent = name
      made.toggleAttribute("data-moving", now - moved < MOVING)
      if (now - moved < MOVING) next = Math.min(next, moved + MOVING - now)
      const place = places[index]
      made.hidden = !place
      if (!place) return
      made.toggleAttribute("data-end", place.end)
      made.style.height = `${place.height}px`
      made.style.transform = `translate(${place.left}px, ${place.top}px)`
    })
    for (const client of gone) {
      this.drawn.get(client)?.remove()
      this.drawn.delete(client)
    }
    clearTimeout(this.timer)
    if (Number.isFinite(next)) this.timer = window.setTimeout(this.soon, next + 1)
  }

  /** Where a cursor stands in the layer; null where it cannot be seen. */
  private place(head: number): Place | null {
    const { view } = this
    try {
      const pos = Math.min(head, view.state.doc.content.size)
      const { left, top, bottom } = view.coordsAtPos(pos, -1)
      const { node } = view.domAtPos(pos)
      const wide = (node instanceof Element ? node : node.parentElement)?.closest(".tableWrapper")?.getBoundingClientRect()
      if (wide && (left < wide.left || left > wide.right)) return null
      const base = this.layer.getBoundingClientRect()
      const text = view.dom.getBoundingClientRect()
      return { left: left - base.left, top: top - base.top, height: bottom - top, end: left > text.left + text.width / 2 }
    } catch {
      return null // the text is being drawn anew; it will be drawn again then
    }
  }

  /** Selections as highlights of the browser's own; where it has none only the cursors are seen. */
  private highlight(carets: readonly Caret[]): void {
    if (!("highlights" in CSS)) return
    const ranges = Array.from({ length: COLOURS }, (): Range[] => [])
    const most = this.view.state.doc.content.size
    for (const { at, colour } of carets) {
      if (!at || at.head === at.anchor) continue
      try {
        const [start, end] = [at.head, at.anchor].sort((one, other) => one - other).map(pos => this.view.domAtPos(Math.min(pos, most)))
        if (!start || !end) continue
        const range = document.createRange()
        range.setStart(start.node, start.offset)
        range.setEnd(end.node, end.offset)
        ranges[colour]?.push(range)
      } catch {
        // as above
      }
    }
    ranges.forEach((those, colour) => {
      if (those.length > 0) CSS.highlights.set(`others-${colour}`, new Highlight(...those))
      else CSS.highlights.delete(`others-${colour}`)
    })
  }
}
