// What other modules of the page (comments, suggestions) may rely on. It imports nothing at run
// time: a page without the editor that imports it does not load ProseMirror.
//
//   whenEditing(editing => { … })      runs when the editor has mounted; at once if it has already
//
// Positions are those of the text on this page, unconfirmed steps included. `toServer` and
// `fromServer` carry them to and from the text at a version.
import type { Node, Schema } from "prosemirror-model"
import type { EditorState, Plugin, PluginKey, PluginSpec, TextSelection, Transaction } from "prosemirror-state"
import type { Decoration, DecorationSet, EditorView } from "prosemirror-view"
import type { Message } from "../live/wire"

export interface PaperFacts {
  id: string
  version?: number
  lang: string
  may: { edit: boolean; suggest: boolean; comment: boolean }
  me: { id: string; name: string; color?: string }
  urls: { doc: string; steps: string; live: string; files: string; people: string; signIn: string; [name: string]: string }
  csrf: string
}

/** The parts of ProseMirror that other modules need, so that only the editor's script brings them. */
export interface Parts {
  Plugin: new <S>(spec: PluginSpec<S>) => Plugin<S>
  PluginKey: new <S>(name: string) => PluginKey<S>
  Decoration: typeof Decoration
  DecorationSet: typeof DecorationSet
  TextSelection: typeof TextSelection
}

export interface Editing {
  view: EditorView
  schema: Schema
  paper: PaperFacts
  parts: Parts
  /** May the text itself be changed now, or is all that is written a suggestion? */
  writes(): boolean
  /** The confirmed version. */
  version(): number
  /** Are there steps that the server has not confirmed? */
  unconfirmed(): boolean
  /** A position here and now, in the text at the confirmed version. */
  toServer(pos: number): number
  /** A position of the text at `version`, here and now; null if that is too long ago. */
  fromServer(pos: number, version: number): number | null
  /** Add a plugin (decorations, props); it outlives a reload of the document. */
  addPlugin(plugin: Plugin): void
  /** Hear the live connection: presence, comments, the paper, that it is there (again); returns how to stop. */
  onMessage(hear: (message: Message) => void): () => void
  /** Hear every change of the editor. */
  onUpdate(hear: (state: EditorState, transaction: Transaction | null) => void): () => void
  /** Have the words that an input method still works on be written. */
  finish(): void
  /** Have something spoken. */
  announce(text: string): void
  /** Plain requests with the paper's CSRF token: see live/server.ts. */
  ask(url: string, init?: RequestInit & { ms?: number }): Promise<{ status: number; body: unknown }>
}

export interface Selected {
  from: number
  to: number
  exact: string
  prefix: string
  suffix: string
}

let editing: Editing | null = null
const waiting: ((editing: Editing) => void)[] = []

export function whenEditing(work: (editing: Editing) => void): void {
  if (editing) work(editing)
  else waiting.push(work)
}

/** Called once, by the editor. */
export function nowEditing(now: Editing): void {
  editing = now
  for (const work of waiting.splice(0)) work(now)
}

const AROUND = 32 // characters before and after a quote

/** The selection as the Web Annotation's text quote: blocks are joined by line breaks; null if it holds no text. */
export function selected(doc: Node, from: number, to: number): Selected | null {
  const text = (start: number, end: number): string => doc.textBetween(start, end, "\n", "")
  const exact = text(from, to)
  if (exact.trim() === "") return null
  return { from, to, exact, prefix: text(0, from).slice(-AROUND), suffix: text(to, doc.content.size).slice(0, AROUND) }
}
