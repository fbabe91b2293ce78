// What is pasted from Word, Google Docs, LibreOffice and web pages, made plain: structure stays,
// junk goes. Works on an inert document; styles are read as text, so that no policy of the page matters.
import { isAddress } from "../values"

export interface Cleaned {
  html: string
  foreignPictures: number // left out: a page of ours never shows another host's picture
  pictures: string[] // data: addresses of pictures that came along
}

const GONE = "script,style,meta,link,title,head,xml,iframe,object,embed,form,input,button,select,textarea,svg,math,template,noscript,audio,video,canvas"
const KEEP: Record<string, string[]> = {
  a: ["href", "title"], td: ["colspan", "rowspan"], th: ["colspan", "rowspan"], ol: ["start", "type", "class"],
}
const BLOCKS = new Set(["P", "H1", "H2", "H3", "H4", "H5", "H6", "UL", "OL", "LI", "TABLE", "TBODY", "THEAD", "TFOOT", "TR", "TD", "TH", "BLOCKQUOTE", "HR", "FIGURE", "FIGCAPTION", "PRE", "DIV", "SECTION", "ARTICLE", "MAIN", "HEADER", "FOOTER", "ASIDE", "NAV", "DL", "DT", "DD", "ADDRESS", "CENTER"])

type Style = Record<string, string>

/** The declarations of a style attribute, names in small letters. */
export function readStyle(text: string): Style {
  const style: Style = {}
  for (const part of text.split(";")) {
    const colon = part.indexOf(":")
    if (colon > 0) style[part.slice(0, colon).trim().toLowerCase()] = part.slice(colon + 1).trim().toLowerCase()
  }
  return style
}

// Styles are renamed before anything parses them: a page that forbids inline styles would complain.
const STYLE = "data-style"

const styleOf = (element: Element): Style => readStyle(element.getAttribute(STYLE) ?? "")

/** HTML without style sheets, its style attributes under a name that means nothing to browsers. */
export function unstyled(html: string): string {
  return html.replace(/<style\b[^]*?<\/style\s*>/gi, "").replace(/<[a-z][^>]*>/gi, tag => tag.replace(/([\s"'])style\s*=/gi, `$1${STYLE}=`))
}

/** The marks that a style means, as tags. */
export function marksOf(style: Style): string[] {
  const tags: string[] = []
  const weight = style["font-weight"] ?? ""
  if (weight === "bold" || weight === "bolder" || Number(weight) >= 600) tags.push("strong")
  if (/italic|oblique/.test(style["font-style"] ?? "")) tags.push("em")
  const decoration = `${style["text-decoration"] ?? ""} ${style["text-decoration-line"] ?? ""}`
  if (decoration.includes("underline")) tags.push("u")
  if (decoration.includes("line-through")) tags.push("s")
  if (style["vertical-align"] === "super") tags.push("sup")
  if (style["vertical-align"] === "sub") tags.push("sub")
  const ground = style["mso-highlight"] ?? style["background-color"] ?? style.background ?? ""
  if (/yellow|lime|aqua|fuchsia|#ff0\b|#ffff00|rgb\(255, ?255, ?0\)|#00ff00|rgb\(0, ?255, ?0\)/.test(ground)) tags.push("mark")
  return tags
}

export interface ListPlace {
  list: string // which list
  level: number // 1 …
}

/** Word's mso-list: "l0 level2 lfo1"; null if it is none. */
export function msoList(style: Style): ListPlace | null {
  const found = /^(l\d+)\s+level(\d+)/.exec(style["mso-list"] ?? "")
  return found ? { list: found[1] ?? "", level: Math.min(5, Number(found[2])) } : null
}

/** What kind of list a mark like "a)", "iv.", "3." or "·" begins; start is where the numbers begin. */
export function listKind(mark: string): { tag: "ul" | "ol"; start: number; style: string } {
  const text = mark.replace(/[\s\u00a0]+/g, "")
  const found = /^\(?(\d{1,5}|[a-z]{1,4}|[A-Z]{1,4})[.)]/.exec(text)
  const token = found?.[1]
  if (!token) return { tag: "ul", start: 1, style: "" }
  if (/^\d/.test(token)) return { tag: "ol", start: Number(token), style: "" }
  const roman = /^[ivx]+$/i.test(token) && (token.length > 1 || /^i$/i.test(token))
  const upper = token === token.toUpperCase()
  if (roman) return { tag: "ol", start: 1, style: upper ? "style-upper-roman" : "style-lower-roman" }
  if (token.length > 1) return { tag: "ul", start: 1, style: "" }
  return { tag: "ol", start: token.toLowerCase().charCodeAt(0) - 96, style: upper ? "style-upper-alpha" : "style-lower-alpha" }
}

function unwrap(element: Element): void {
  element.replaceWith(...element.childNodes)
}

function rename(element: Element, tag: string): Element {
  const made = element.ownerDocument.createElement(tag)
  for (const { name, value } of [...element.attributes]) made.setAttribute(name, value)
  made.append(...element.childNodes)
  element.replaceWith(made)
  return made
}

/** The address that was meant: Google's detour is left out; null if it cannot be linked. */
export function linkMeant(href: string): string | null {
  const detour = /^https?:\/\/(?:www\.)?google\.[a-z.]+\/url\?(.*)$/i.exec(href)
  const address = detour ? new URLSearchParams(detour[1]).get("q") ?? href : href.trim()
  return isAddress(address) && !address.startsWith("#") ? address : null
}

/** Word puts a list's mark into the paragraph: taken out and returned. */
function takeMark(paragraph: Element): string {
  for (const span of paragraph.querySelectorAll("span"))
    if (styleOf(span)["mso-list"] === "ignore") {
      const text = span.textContent ?? ""
      span.remove()
      return text
    }
  const first = /^[\s\u00a0]*([·•§o▪–-]|\(?\w{1,4}[.)])[\s\u00a0]+/.exec(paragraph.textContent ?? "")
  if (!first) return ""
  let left = first[0].length
  const walker = paragraph.ownerDocument.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT)
  for (let text = walker.nextNode() as Text | null; text && left > 0; text = walker.nextNode() as Text | null) {
    const taken = Math.min(left, text.data.length)
    text.data = text.data.slice(taken)
    left -= taken
  }
  return first[1] ?? ""
}

/** Paragraphs that Word means as list items become lists. */
function wordLists(root: ParentNode & Node): void {
  const paragraphs = [...root.querySelectorAll("p, h1, h2, h3, h4, h5, h6, li")].filter(p => p.tagName !== "LI" && msoList(styleOf(p)))
  let open: { list: Element; level: number; name: string }[] = []
  let last: Element | null = null
  for (const paragraph of paragraphs) {
    const place = msoList(styleOf(paragraph)) as ListPlace
    if (/^H[1-6]$/.test(paragraph.tagName)) { // a numbered heading stays a heading
      takeMark(paragraph)
      last = null
      open = []
      continue
    }
    const previous = paragraph.previousElementSibling
    if (previous !== last || open.length === 0) open = []
    const kind = listKind(takeMark(paragraph))
    while (open.length > 0 && (open.at(-1)?.level ?? 0) > place.level) open.pop()
    const top = open.at(-1)
    const fits = top && top.level === place.level && top.list.tagName.toLowerCase() === kind.tag && top.name === place.list
    if (top && top.level === place.level && !fits) open.pop()
    if (!fits) {
      const list = paragraph.ownerDocument.createElement(kind.tag)
      if (kind.tag === "ol" && kind.start !== 1) list.setAttribute("start", String(kind.start))
      if (kind.style) list.className = kind.style
      const parent = open.at(-1)?.list.lastElementChild
      if (parent) parent.append(list)
      else {
        paragraph.before(list)
        last = list
      }
      open.push({ list, level: place.level, name: place.list })
    }
    const item = paragraph.ownerDocument.createElement("li")
    const inner = paragraph.ownerDocument.createElement("p")
    inner.append(...paragraph.childNodes)
    item.append(inner)
    open.at(-1)?.list.append(item)
    paragraph.remove()
  }
}

/** Word's and LibreOffice's footnotes: their words go where their numbers stand. */
function footnotes(root: ParentNode & Node): void {
  for (const reference of [...root.querySelectorAll('a[href*="#_ftn"], a[href*="#_edn"], a.sdfootnoteanc, a[href^="#sdfootnote"]')]) {
    const href = reference.getAttribute("href") ?? ""
    const word = /#_((?:ft|ed)n)(\d+)$/.exec(href)
    const office = /#sdfootnote(\d+)sym$/.exec(href)
    const body = word ? root.querySelector(`div[id="${word[1]}${word[2]}"]`) : office ? root.querySelector(`div[id="sdfootnote${office[1]}"]`) : null
    if (!body || body.contains(reference)) continue
    const note = reference.ownerDocument.createElement("span")
    note.className = "footnote"
    for (const back of body.querySelectorAll('a[href*="ftnref"], a[href*="ednref"], a.sdfootnotesym')) back.remove()
    note.textContent = (body.textContent ?? "").replace(/[\s\u00a0]+/g, " ").trim()
    const holder = reference.parentElement?.tagName === "SUP" && reference.parentElement.textContent === reference.textContent ? reference.parentElement : reference
    holder.replaceWith(note)
    body.setAttribute("data-used", "")
  }
  for (const body of [...root.querySelectorAll("div[data-used]")]) {
    const before = body.previousElementSibling
    if (before?.tagName === "HR") before.remove()
    body.remove()
  }
}

function spans(root: ParentNode & Node): void {
  for (const element of [...root.querySelectorAll("span, font, b, strong, i, em, u, s, strike, sup, sub, a, code, mark, ins, del")]) {
    if (!element.isConnected && !root.contains(element)) continue
    if (element.matches("span.footnote")) continue
    const style = styleOf(element)
    const tag = element.tagName
    if ((tag === "B" || tag === "STRONG") && /^(normal|[1-4]00)$/.test(style["font-weight"] ?? "")) {
      unwrap(element)
      continue
    }
    const marks = marksOf(style).filter(made => !(tag === "A" && made === "u"))
    if (tag === "SPAN" || tag === "FONT" || tag === "INS") {
      let inner: Element = element
      const made = marks.map(name => element.ownerDocument.createElement(name))
      for (const mark of made) {
        mark.append(...inner.childNodes)
        inner.append(mark)
        inner = mark
      }
      unwrap(element)
    } else {
      for (const name of marks) {
        const mark = element.ownerDocument.createElement(name)
        mark.append(...element.childNodes)
        element.append(mark)
      }
    }
  }
}

function blocks(root: ParentNode & Node): void {
  for (const element of [...root.querySelectorAll("div, section:not(.motion), article, main, header, footer, aside, nav, dl, dt, dd, address, center, pre")].reverse()) {
    const holdsBlocks = [...element.children].some(child => BLOCKS.has(child.tagName))
    if (holdsBlocks || element.textContent?.trim() === "") unwrap(element)
    else rename(element, "p")
  }
  for (const paragraph of [...root.querySelectorAll("p")]) {
    const text = (paragraph.textContent ?? "").replace(/[\s\u00a0]/g, "")
    if (text === "" && !paragraph.querySelector("img, hr, .footnote")) paragraph.remove()
    else if (/mso(sub)?title/i.test(paragraph.className)) rename(paragraph, /sub/i.test(paragraph.className) ? "h2" : "h1")
  }
}

/** Clean pasted HTML. Our own clipboard is passed through: it says what it is. */
export function clean(html: string): Cleaned {
  if (/data-pm-slice=/.test(html)) return { html, foreignPictures: 0, pictures: [] }
  const text = html.replace(/<!--\[if[^]*?<!\[endif\]-->/g, "").replace(/<!--(?:Start|End)Fragment-->/g, "").replace(/<(\/?)o:p\b[^>]*>/gi, "<$1span>")
  const { body } = new DOMParser().parseFromString(unstyled(text), "text/html")
  for (const element of [...body.querySelectorAll(GONE)]) element.remove()
  for (const wrapper of [...body.querySelectorAll('b[id^="docs-internal-guid"]')]) unwrap(wrapper)
  for (const br of [...body.querySelectorAll("br")]) {
    if (br.className === "Apple-interchange-newline") br.remove()
    else if (/page-break-before:\s*always/.test(br.getAttribute(STYLE) ?? "")) {
      const rule = br.ownerDocument.createElement("hr")
      rule.className = "page-break"
      const paragraph = br.closest("p")
      if (paragraph && paragraph.textContent?.trim() === "") paragraph.replaceWith(rule)
      else br.replaceWith(rule)
    }
  }
  const pictures: string[] = []
  let foreignPictures = 0
  for (const image of [...body.querySelectorAll("img")]) {
    const source = image.getAttribute("src") ?? ""
    if (/^data:image\/(png|jpeg|gif|webp);base64,/i.test(source)) pictures.push(source)
    else foreignPictures++
    image.remove()
  }
  footnotes(body)
  wordLists(body)
  spans(body)
  blocks(body)
  for (const link of [...body.querySelectorAll("a")]) {
    const href = link.getAttribute("href")
    const address = href === null ? null : linkMeant(href)
    if (address === null) unwrap(link)
    else link.setAttribute("href", address)
  }
  for (const element of [...body.querySelectorAll("*")]) {
    const kept = element.matches("span.footnote, hr.page-break, section.motion") ? ["class"] : KEEP[element.tagName.toLowerCase()] ?? []
    for (const { name } of [...element.attributes]) if (!kept.includes(name)) element.removeAttribute(name)
  }
  return { html: body.innerHTML, foreignPictures, pictures }
}
