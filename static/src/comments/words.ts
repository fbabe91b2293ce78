// What people wrote, cut into plain text, links and names. Nothing of it is ever markup.

export type Part = { kind: "text" | "mention"; text: string } | { kind: "link"; text: string; href: string }

const LINK = /https?:\/\/[^\s<>"“”„]+/gi

/** The address in `text`, without the punctuation that ends a sentence around it. */
function trimmed(text: string): string {
  let address = text
  while (/[.,;:!?'’)\]}…]$/.test(address)) {
    if (address.endsWith(")") && address.split("(").length >= address.split(")").length) break
    address = address.slice(0, -1)
  }
  return address
}

function safe(address: string): string | null {
  try {
    const { protocol, hostname, href, username } = new URL(address)
    return (protocol === "http:" || protocol === "https:") && hostname && !username ? href : null
  } catch {
    return null
  }
}

/** Cut `text`: addresses of the web become links, "@" with one of `names` a mention. */
export function parts(text: string, names: readonly string[] = []): Part[] {
  const made: Part[] = []
  let at = 0
  for (const match of text.matchAll(LINK)) {
    const shown = trimmed(match[0])
    const href = safe(shown)
    if (!href) continue
    made.push(...mentions(text.slice(at, match.index), names), { kind: "link", text: shown, href })
    at = match.index + shown.length
  }
  return [...made, ...mentions(text.slice(at), names)]
}

function mentions(text: string, names: readonly string[]): Part[] {
  const made: Part[] = []
  const longest = [...names].sort((one, other) => other.length - one.length)
  let plain = 0
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    const name = longest.find(each => text.startsWith(each, at + 1) && !/[\p{L}\p{N}]/u.test(text.charAt(at + 1 + each.length)))
    if (!name) continue
    if (at > plain) made.push({ kind: "text", text: text.slice(plain, at) })
    made.push({ kind: "mention", text: `@${name}` })
    at += name.length
    plain = at + 1
  }
  if (plain < text.length) made.push({ kind: "text", text: text.slice(plain) })
  return made
}

export interface Query {
  from: number // where the "@" stands
  to: number // the caret
  text: string // what was typed behind the "@"
}

/** The name that is being typed at the caret, if one is. */
export function query(text: string, caret: number): Query | null {
  const found = /(?:^|[\s([„"–-])@([\p{L}\p{M}'’.-]*(?: [\p{L}\p{M}'’.-]*)?)$/u.exec(text.slice(0, caret))
  if (!found) return null
  const typed = found[1] ?? ""
  return { from: caret - typed.length - 1, to: caret, text: typed }
}

/** Whose names stand behind an "@" in the text, of those who were chosen. */
export function named<P extends { name: string }>(text: string, people: readonly P[]): P[] {
  const there = new Set(mentions(text, people.map(person => person.name)).filter(part => part.kind === "mention").map(part => part.text.slice(1)))
  return people.filter(person => there.has(person.name))
}

/** The people with a word in their name that begins as each word of the query does. */
export function matching<P extends { name: string }>(people: readonly P[], typed: string): P[] {
  const sought = typed.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  return people.filter(({ name }) => {
    const words = name.toLocaleLowerCase().split(/[\s-]+/)
    return sought.every(each => words.some(word => word.startsWith(each)))
  })
}
