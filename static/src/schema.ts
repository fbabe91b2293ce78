// The document's nodes and marks as ProseMirror knows them: strategy/text/schema.json with how each
// is shown and read (toDOM, parseDOM) and what its attributes may hold. The Python side checks the
// same keys (least, most, pattern, shape) of the same file.
//
// Class names made here: `motion`, `footnote`, `mention`, `cross-ref`, `page-break`, `align-center`,
// `align-right`, `style-lower-alpha` (and the other list styles), `tracked` with
// data-change="id" on <ins>/<del>/<span>, data-move, and data-end="insertion|deletion" on a
// textblock whose paragraph end was changed.
import { type AttributeSpec, type DOMOutputSpec, type Mark, type MarkSpec, type Node, type NodeSpec, Schema, type TagParseRule } from "prosemirror-model"
import spec from "../../strategy/text/schema.json"
import { type Limits, wrongValue } from "./values"

type Shown = Pick<NodeSpec, "toDOM" | "parseDOM">

const WIDTH = "data-width"

function block(tag: string): Shown {
  return { toDOM: () => [tag, 0], parseDOM: [{ tag }] }
}

/** The attributes that every textblock shows: id, alignment, a changed paragraph end. */
function textblock(node: Node): Record<string, string> {
  const shown: Record<string, string> = {}
  if (node.attrs.id) shown["data-id"] = node.attrs.id
  if (node.attrs.align) shown.class = `align-${node.attrs.align}`
  if (node.attrs.end) {
    shown["data-end"] = node.attrs.end.change
    shown["data-end-change"] = node.attrs.end.id
  }
  return shown
}

function readTextblock(dom: HTMLElement): Record<string, unknown> {
  const align = /\balign-(center|right)\b/.exec(dom.className)?.[1] ?? null
  const change = dom.getAttribute("data-end")
  const end = change ? { change, id: dom.getAttribute("data-end-change") ?? "" } : null
  return { ...readId(dom), align, end: wrongValue(end, { shape: "change" }) ? null : end }
}

function readId(dom: HTMLElement): { id: string | null } {
  return { id: plain(dom.getAttribute("data-id")) || null }
}

function heading(level: number): TagParseRule {
  return { tag: `h${level}`, getAttrs: dom => ({ ...without(readTextblock(dom), "align"), level: Math.min(level, 4) }) }
}

function without(values: Record<string, unknown>, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => key !== name))
}

function cell(tag: string): Shown {
  return {
    toDOM(node) {
      const shown: Record<string, string> = {}
      if (node.attrs.colspan !== 1) shown.colspan = String(node.attrs.colspan)
      if (node.attrs.rowspan !== 1) shown.rowspan = String(node.attrs.rowspan)
      if (node.attrs.colwidth) shown["data-colwidth"] = node.attrs.colwidth.join(",")
      return [tag, shown, 0]
    },
    parseDOM: [{ tag, getAttrs: readCell }],
  }
}

function readCell(dom: HTMLElement): Record<string, unknown> {
  const span = (name: string, most: number) =>
    Math.min(most, Math.max(1, Number.parseInt(dom.getAttribute(name) ?? "1", 10) || 1))
  const colspan = span("colspan", 60)
  const widths = (dom.getAttribute("data-colwidth") ?? "").split(",").map(Number)
  const fits = widths.length === colspan && widths.every(w => Number.isInteger(w) && w >= 10 && w <= 5000)
  return { colspan, rowspan: span("rowspan", 1000), colwidth: fits ? widths : null }
}

const nodes: Record<string, Shown> = {
  paragraph: { toDOM: node => ["p", textblock(node), 0], parseDOM: [{ tag: "p", getAttrs: readTextblock }] },
  heading: { toDOM: node => [`h${node.attrs.level}`, textblock(node), 0], parseDOM: [1, 2, 3, 4, 5, 6].map(heading) },
  blockquote: block("blockquote"),
  bullet_list: block("ul"),
  ordered_list: {
    toDOM(node) {
      const shown: Record<string, string> = {}
      if (node.attrs.start !== 1) shown.start = String(node.attrs.start)
      if (node.attrs.style !== "decimal") shown.class = `style-${node.attrs.style}`
      return ["ol", shown, 0]
    },
    parseDOM: [{
      tag: "ol",
      getAttrs(dom) {
        const start = Number.parseInt(dom.getAttribute("start") ?? "1", 10)
        const type = { a: "lower-alpha", A: "upper-alpha", i: "lower-roman", I: "upper-roman" }[dom.getAttribute("type") ?? ""]
        const style = /\bstyle-(lower-alpha|upper-alpha|lower-roman|upper-roman)\b/.exec(dom.className)?.[1] ?? type ?? "decimal"
        return { start: start >= 0 && start <= 99999 ? start : 1, style }
      },
    }],
  },
  list_item: block("li"),
  motion: { toDOM: () => ["section", { class: "motion" }, 0], parseDOM: [{ tag: "section.motion" }] },
  table: {
    toDOM: node => ["table", node.attrs.id ? { "data-id": node.attrs.id } : {}, ["tbody", 0]],
    parseDOM: [{ tag: "table", getAttrs: readId }],
  },
  table_row: block("tr"),
  table_cell: cell("td"),
  table_header: cell("th"),
  figure: {
    toDOM: node => ["figure", node.attrs.id ? { "data-id": node.attrs.id } : {}, 0],
    parseDOM: [{ tag: "figure", getAttrs: dom => (dom.querySelector("img[data-file]") ? readId(dom) : false) }],
  },
  image: {
    toDOM: node => ["img", { "data-file": node.attrs.file, alt: node.attrs.alt, [WIDTH]: String(node.attrs.width) }],
    parseDOM: [{
      tag: "img[data-file]",
      getAttrs(dom) {
        const file = dom.getAttribute("data-file") ?? ""
        const width = Number(dom.getAttribute(WIDTH) ?? 100)
        return /^[0-9a-f]{64}$/.test(file)
          ? { file, alt: (dom.getAttribute("alt") ?? "").slice(0, 1000), width: width >= 5 && width <= 100 ? width : 100 }
          : false
      },
    }],
  },
  caption: block("figcaption"),
  horizontal_rule: { toDOM: () => ["hr"], parseDOM: [{ tag: "hr:not(.page-break)" }] },
  page_break: { toDOM: () => ["hr", { class: "page-break" }], parseDOM: [{ tag: "hr.page-break", priority: 60 }] },
  hard_break: { toDOM: () => ["br"], parseDOM: [{ tag: "br" }] },
  mention: {
    toDOM: node => ["span", { class: "mention", "data-person": node.attrs.person }, `@${node.attrs.label}`],
    parseDOM: [{
      tag: "span.mention[data-person]",
      getAttrs: dom => ({ person: plain(dom.getAttribute("data-person")), label: (dom.textContent ?? "").replace(/^@/, "").slice(0, 200) }),
    }],
  },
  cross_ref: {
    toDOM: node => ["span", { class: "cross-ref", "data-target": node.attrs.target }, node.attrs.label],
    parseDOM: [{
      tag: "span.cross-ref",
      getAttrs: dom => ({ target: plain(dom.getAttribute("data-target")), label: (dom.textContent ?? "").slice(0, 300) }),
    }],
  },
  footnote: {
    toDOM: node => ["span", { class: "footnote", ...(node.attrs.id ? { "data-id": node.attrs.id } : {}) }, 0],
    parseDOM: [{ tag: "span.footnote", getAttrs: readId }],
  },
}

function plain(text: string | null): string {
  return /^[A-Za-z0-9_-]{0,40}$/.test(text ?? "") ? (text ?? "") : ""
}

type ShownMark = Pick<MarkSpec, "toDOM" | "parseDOM">

function simple(tag: string, others: string[] = []): ShownMark {
  return { toDOM: (): DOMOutputSpec => [tag, 0], parseDOM: [tag, ...others].map(name => ({ tag: name })) }
}

/** A tracked change: read back only from our own clipboard, which says whose it is. */
function tracked(tag: string): ShownMark {
  return {
    toDOM(mark: Mark): DOMOutputSpec {
      const shown: Record<string, string> = { class: "tracked", "data-change": mark.attrs.id }
      if (mark.attrs.move) shown["data-move"] = mark.attrs.move
      return [tag, shown, 0]
    },
    parseDOM: [{
      tag: `${tag}.tracked[data-change]`,
      priority: 60,
      getAttrs: dom => ({ id: dom.getAttribute("data-change"), ...(tag === "span" ? {} : { move: dom.getAttribute("data-move") }) }),
    }],
  }
}

const marks: Record<string, ShownMark> = {
  link: {
    toDOM: mark => ["a", { href: mark.attrs.href, rel: "noopener noreferrer nofollow", ...(mark.attrs.title ? { title: mark.attrs.title } : {}) }, 0],
    parseDOM: [{
      tag: "a[href]",
      getAttrs(dom) {
        const href = dom.getAttribute("href") ?? ""
        return wrongValue(href, { shape: "address", most: 2000 }) ? false : { href, title: dom.getAttribute("title")?.slice(0, 300) ?? null }
      },
    }],
  },
  em: simple("em", ["i"]),
  strong: simple("strong", ["b"]),
  underline: simple("u"),
  strike: simple("s", ["strike", "del:not(.tracked)"]),
  code: simple("code"),
  superscript: simple("sup"),
  subscript: simple("sub"),
  highlight: simple("mark"),
  deletion: tracked("del"),
  insertion: tracked("ins"),
  modification: tracked("span"),
}

/** A spec of the shared file with its look and with checks by value in place of checks by type. */
function dressed(said: object, look: Shown | ShownMark | undefined): object {
  const attrs = (said as { attrs?: Record<string, Limits & AttributeSpec> }).attrs
  if (!attrs) return { ...said, ...look }
  const checked = Object.entries(attrs).map(([name, limits]) => {
    const validate = (value: unknown): void => {
      const wrong = wrongValue(value, limits as Limits)
      if (wrong) throw new RangeError(`Invalid value for attribute ${name}: ${wrong}`)
    }
    const kept = "default" in limits ? { default: limits.default, validate } : { validate }
    return [name, kept]
  })
  return { ...said, ...look, attrs: Object.fromEntries(checked) }
}

/** The schema of every paper. */
export const schema = new Schema({
  topNode: spec.topNode,
  nodes: Object.fromEntries(Object.entries(spec.nodes).map(([name, said]) => [name, dressed(said, nodes[name])])) as Record<string, NodeSpec>,
  marks: Object.fromEntries(Object.entries(spec.marks).map(([name, said]) => [name, dressed(said, marks[name])])) as Record<string, MarkSpec>,
})
