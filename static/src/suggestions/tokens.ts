// A row of sibling blocks as one line of tokens: characters, atoms, the break at each textblock's
// end, and blocks that are no textblocks as wholes. What is said of tokens is said of positions in
// the document, so that a change can be made there.
import { Mark, type Node } from "prosemirror-model"

export const TRACKED = new Set(["deletion", "insertion", "modification"])

export interface Token {
  kind: "text" | "atom" | "break" | "block"
  node: Node // the text node, the atom, the textblock that ends, the block
  text: string // of a text token: one character
  at: number
  size: number
  block: Node // the textblock that it stands in; of a block itself
  blockAt: number
  first: boolean // is it the first of its block?
}

/** The marks that are not tracked changes. */
export function markup(marks: readonly Mark[]): readonly Mark[] {
  return marks.filter(mark => !TRACKED.has(mark.type.name))
}

export function tracked(node: Node, name: string): Mark | undefined {
  return node.marks.find(mark => mark.type.name === name)
}

/** The tokens of these siblings, the first of which stands at `at`. */
export function tokens(blocks: readonly Node[], at: number): Token[] {
  const made: Token[] = []
  for (const block of blocks) {
    if (!block.isTextblock) made.push({ kind: "block", node: block, text: "", at, size: block.nodeSize, block, blockAt: at, first: true })
    else {
      const before = made.length
      inline(block, at, made)
      made.push({ kind: "break", node: block, text: "", at: at + block.nodeSize - 1, size: 1, block, blockAt: at, first: made.length === before })
    }
    at += block.nodeSize
  }
  return made
}

/** The tokens of what stands in a textblock or a footnote, which begins at `at`. */
export function inline(parent: Node, at: number, made: Token[] = []): Token[] {
  const before = made.length
  let place = at + 1
  parent.forEach(node => {
    const one = (kind: Token["kind"], text: string, size: number): void => {
      made.push({ kind, node, text, at: place, size, block: parent, blockAt: at, first: made.length === before })
      place += size
    }
    if (node.isText) for (const character of node.text ?? "") one("text", character, character.length) // whole emoji
    else one("atom", "", node.nodeSize)
  })
  return made
}

/** Are the two alike, whatever the fate and the markup of their words? */
export function sameContent(one: Token, other: Token): boolean {
  if (one.kind !== other.kind) return false
  if (one.kind === "text") return one.text === other.text
  if (one.kind === "break") return true
  if (one.kind === "block") return one.node.eq(other.node)
  return one.node.hasMarkup(other.node.type, other.node.attrs, one.node.marks) && one.node.content.eq(other.node.content)
}

/** Are the two alike, whatever the fate of their words? */
export function same(one: Token, other: Token): boolean {
  return sameContent(one, other) && (one.kind === "break" || one.kind === "block" || Mark.sameSet(markup(one.node.marks), markup(other.node.marks)))
}

export interface Group {
  words: Token[]
  end?: Node // the textblock that they end
  block?: Node // a block that is no textblock
}

/** Words up to each break, blocks by themselves, and at last the words that go on. */
export function grouped(row: readonly Token[]): Group[] {
  const groups: Group[] = []
  let words: Token[] = []
  for (const token of row) {
    if (token.kind === "break") groups.push({ words, end: token.node })
    else if (token.kind === "block") {
      groups.push({ words, block: token.node })
    } else {
      words.push(token)
      continue
    }
    words = []
  }
  return [...groups, { words }]
}

/** Tokens as nodes again, words in as few as can be. */
export function nodesOf(words: readonly Token[]): Node[] {
  const made: Node[] = []
  for (const token of words) {
    const last = made.at(-1)
    if (token.kind === "text" && last?.isText && Mark.sameSet(last.marks, token.node.marks)) made[made.length - 1] = last.type.schema.text((last.text ?? "") + token.text, last.marks)
    else made.push(token.kind === "text" ? token.node.type.schema.text(token.text, token.node.marks) : token.node)
  }
  return made
}

/** Where these tokens stand, those that touch as one. */
export function ranges(row: readonly Token[]): [number, number][] {
  const made: [number, number][] = []
  for (const { at, size } of row) {
    const last = made.at(-1)
    if (last?.[1] === at) last[1] = at + size
    else made.push([at, at + size])
  }
  return made
}
