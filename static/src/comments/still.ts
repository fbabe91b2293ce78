// A text that never changes, as the server has written it: positions by counting its characters.
//
// The server says where each textblock begins and how many positions it has. In a block a character
// is one position, as are a line break, a mention and a reference; a footnote has its own size.
import type { Ground, Heard, Shown } from "./ground"
import { innermost, pieces, type Span } from "./spans"

/** A textblock: where its content begins, how many positions it has, the sizes of its footnotes. */
export type BlockFacts = [start: number, size: number, footnotes: number[]]

interface Block {
  element: HTMLElement
  start: number
  size: number
  footnotes: number[]
}

interface Leaf {
  node: ChildNode
  at: number // positions before it in its block
  size: number
}

const BLOCKS = "p, h1, h2, h3, h4, h5, h6, figcaption"
const AHEAD = 12 // blocks that may be skipped where page and document differ

/** The leaves of a block in order: text and what counts like a character. */
function leaves(element: HTMLElement, footnotes: readonly number[]): Leaf[] {
  const found: Leaf[] = []
  let at = 0
  let notes = 0
  const put = (node: ChildNode, size: number): void => {
    found.push({ node, at, size })
    at += size
  }
  const walk = (parent: Node): void => {
    for (const child of parent.childNodes) {
      if (child instanceof Text) put(child, child.length)
      else if (!(child instanceof HTMLElement)) continue
      else if (child.matches("sup.footnote")) put(child, footnotes[notes++] ?? 0)
      else if (child.matches("br, .mention, .cross-ref")) put(child, 1)
      else if (!child.matches(".paragraph-end")) walk(child)
    }
  }
  walk(element)
  return found
}

const sizeOf = (found: readonly Leaf[]): number => found.reduce((sum, leaf) => sum + leaf.size, 0)

/** The blocks of the page with what the server says about them; one that differs is left out. */
function aligned(root: HTMLElement, facts: readonly BlockFacts[]): Block[] {
  const elements = [...root.querySelectorAll<HTMLElement>(BLOCKS)].filter(element => !element.closest(".footnotes"))
  const made: Block[] = []
  let next = 0
  for (const element of elements) {
    const fits = facts.slice(next, next + AHEAD).findIndex(([, size, footnotes]) => sizeOf(leaves(element, footnotes)) === size)
    const fact = fits < 0 ? undefined : facts[next + fits]
    if (!fact) continue
    made.push({ element, start: fact[0], size: fact[1], footnotes: fact[2] })
    next += fits + 1
  }
  return made
}

/** Take away the spans that were put around words. */
function unwrap(root: HTMLElement, spans: string): void {
  for (const old of root.querySelectorAll(spans)) {
    const parent = old.parentNode
    old.replaceWith(...old.childNodes)
    parent?.normalize()
  }
}

/** Put a span around each stretch between two positions of a block. */
function wrapped(block: Block, from: number, to: number): HTMLSpanElement[] {
  const made: HTMLSpanElement[] = []
  for (const { node, at, size } of leaves(block.element, block.footnotes)) {
    const start = Math.max(0, from - at)
    const end = Math.min(size, to - at)
    if (start >= end) continue
    let inside: ChildNode = node
    if (node instanceof Text) {
      inside = start > 0 ? node.splitText(start) : node
      if (end < size) (inside as Text).splitText(end - start)
    }
    const span = document.createElement("span")
    inside.replaceWith(span)
    span.append(inside)
    made.push(span)
  }
  return made
}

interface Point {
  node: Node
  offset: number
}

export class Still implements Ground {
  private state: Shown = { passages: [], current: null, draft: null }
  private blocks: Block[] = []

  constructor(readonly dom: HTMLElement) {}

  /** Learn from the server where the blocks begin. */
  learn(facts: readonly BlockFacts[]): void {
    this.blocks = aligned(this.dom, facts)
  }

  shown(): Shown {
    return this.state
  }

  show(change: Partial<Shown>): void {
    this.state = { ...this.state, ...change }
    unwrap(this.dom, "span.commented")
    const draft = this.state.draft ? [{ ...this.state.draft, id: 0 }] : []
    for (const { start, end, ids } of pieces([...this.state.passages, ...draft]))
      for (const block of this.blocks) {
        const from = Math.max(start, block.start) - block.start
        const to = Math.min(end, block.start + block.size) - block.start
        if (from < to) this.mark(block, from, to, ids)
      }
  }

  /** Wrap what lies between two positions of a block. */
  private mark(block: Block, from: number, to: number, ids: readonly number[]): void {
    const real = ids.filter(id => id !== 0)
    const resolved = real.length > 0 && real.every(id => this.state.passages.find(each => each.id === id)?.resolved)
    for (const span of wrapped(block, from, to)) {
      span.className = "commented"
      span.classList.toggle("is-current", ids.includes(0) || (this.state.current !== null && ids.includes(this.state.current)))
      span.classList.toggle("is-resolved", resolved)
      span.dataset["comments"] = real.join(" ")
      span.setAttribute("role", "mark")
    }
  }

  /** Show who wrote what: each run underlined, the first stretch of a new writer with their initials. */
  write(runs: readonly { start: number; end: number; facts: Record<string, string>; first: Record<string, string> }[]): void {
    const { passages, current, draft } = this.state
    this.show({ passages: [], draft: null })
    unwrap(this.dom, "span.written")
    let before: string | undefined
    for (const { start, end, facts, first } of runs)
      for (const block of this.blocks) {
        const from = Math.max(start, block.start) - block.start
        const to = Math.min(end, block.start + block.size) - block.start
        if (from >= to) continue
        for (const span of wrapped(block, from, to)) {
          span.className = "written"
          Object.assign(span.dataset, facts, { start: String(block.start + from) }, before === facts["writer"] ? {} : first)
          before = facts["writer"]
        }
      }
    this.show({ passages, current, draft })
  }

  /** Where a writer's passages stand, in order. */
  written(writer: string): { start: number; words: string }[] {
    const found = new Map<number, string>()
    for (const span of this.dom.querySelectorAll<HTMLElement>("span.written")) {
      if (span.dataset["writer"] !== writer) continue
      const start = Number(span.dataset["start"])
      found.set(start, `${found.get(start) ?? ""}${span.textContent ?? ""}`)
    }
    return [...found].map(([start, words]) => ({ start, words }))
  }

  /** What a position stands in, as an element. */
  element(position: number): Element | null {
    const node = this.point(position)?.node
    return node instanceof Element ? node : (node?.parentElement ?? null)
  }

  /** The place in the page of a position. */
  private point(position: number): Point | null {
    const block = this.blocks.find(each => each.start <= position && position <= each.start + each.size)
    if (!block) return null
    const inside = position - block.start
    const all = leaves(block.element, block.footnotes)
    const leaf = all.find(each => inside < each.at + each.size) ?? all.at(-1)
    if (!leaf) return { node: block.element, offset: 0 }
    return leaf.node instanceof Text ? { node: leaf.node, offset: Math.max(0, Math.min(leaf.node.length, inside - leaf.at)) } : { node: leaf.node, offset: 0 }
  }

  /** The position of a place in the page. Between blocks: the next one (1) or the one before (-1). */
  private position(point: Point, side: 1 | -1): number | null {
    const element = point.node instanceof Element ? point.node : point.node.parentElement
    const block = this.blocks.find(each => each.element.contains(element))
    const range = document.createRange()
    range.setStart(point.node, point.offset)
    if (!block) {
      const order = side > 0 ? this.blocks : [...this.blocks].reverse()
      const next = order.find(each => (side > 0 ? range.comparePoint(each.element, 0) >= 0 : range.comparePoint(each.element, each.element.childNodes.length) <= 0))
      return next ? next.start + (side > 0 ? 0 : next.size) : null
    }
    for (const { node, at, size } of leaves(block.element, block.footnotes)) {
      if (node === point.node) return block.start + at + (node instanceof Text ? point.offset : 0)
      if (node.contains(point.node)) return block.start + at + (side > 0 ? 0 : size)
      if (range.comparePoint(node, 0) >= 0) return block.start + at
    }
    return block.start + block.size
  }

  selected(): { start: number; end: number; quote: string } | null {
    const selection = document.getSelection()
    if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null
    const range = selection.getRangeAt(0)
    if (!range.intersectsNode(this.dom) || !this.dom.contains(range.startContainer)) return null
    const start = this.position({ node: range.startContainer, offset: range.startOffset }, 1)
    const end = this.position({ node: range.endContainer, offset: range.endOffset }, -1)
    const quote = selection.toString().trim()
    return start !== null && end !== null && start < end && quote ? { start, end, quote } : null
  }

  caret(): number | null {
    const selection = document.getSelection()
    if (!selection?.anchorNode || !this.dom.contains(selection.anchorNode)) return null
    return this.position({ node: selection.anchorNode, offset: selection.anchorOffset }, 1)
  }

  at(position: number): { top: number; bottom: number } {
    const point = this.point(position)
    if (!point) return this.dom.getBoundingClientRect()
    const range = document.createRange()
    range.setStart(point.node, point.offset)
    const element = point.node instanceof Element ? point.node : point.node.parentElement
    return range.getClientRects()[0] ?? element?.getBoundingClientRect() ?? this.dom.getBoundingClientRect()
  }

  version(): null {
    return null
  }

  unconfirmed(): number {
    return 0
  }

  bring(span: Span): { at: Span } {
    return { at: span }
  }

  go(span: Span): void {
    const marked = this.dom.querySelector<HTMLElement>(`.commented[data-comments~="${span.id}"]`)
    if (!marked) return this.focus()
    marked.tabIndex = -1
    marked.focus({ preventScroll: true })
  }

  focus(): void {
    this.dom.tabIndex = -1
    this.dom.focus({ preventScroll: true })
  }

  listen(heard: Pick<Heard, "clicked" | "turned">): void {
    document.addEventListener("selectionchange", () => heard.turned())
    this.dom.addEventListener("click", event => {
      const marked = event.target instanceof Element ? event.target.closest<HTMLElement>(".commented") : null
      const ids = (marked?.dataset["comments"] ?? "").split(" ").filter(Boolean).map(Number)
      const id = document.getSelection()?.isCollapsed === false ? null : innermost(this.state.passages, ids)
      if (id !== null) heard.clicked(id)
    })
  }

  hear(): void {
    // nobody writes here; what is said meanwhile shows when the page is looked at again
  }
}
