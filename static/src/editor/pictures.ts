// Pictures: picked, dropped or pasted, uploaded, shown with a place holder meanwhile; their
// description (alt text) is asked for. Without a connection they wait on this device and are uploaded
// when it returns, by the next page if this one is closed.
// Classes: `picture` (around <img>), `picture-tools`, `uploading` (the place holder; data-state="waiting").
import type { Node } from "prosemirror-model"
import { type Command, NodeSelection, Plugin, PluginKey } from "prosemirror-state"
import { Decoration, DecorationSet, type EditorView, type NodeView } from "prosemirror-view"
import { t } from "../i18n"
import { ask, Failed, reason } from "../live/server"
import { cleaned } from "../values"
import { announce, note } from "./announce"
import { insertBlock } from "./blocks"
import { askFor } from "./dialog"
import { button, el, field } from "./dom"
import { node } from "./nodes"

const TYPES = ["image/png", "image/jpeg", "image/gif", "image/webp"]
export const LARGEST = 10_000_000 // bytes

interface Upload {
  name: string
  element: HTMLElement
}

type Change = { add: Upload; pos: number } | { remove: Upload }

/** Where pictures lie on this device until they are uploaded. */
export interface Shelf {
  put(blob: Blob, name: string, near: string | null): Promise<number | null>
  drop(id: number): Promise<void>
}

const key = new PluginKey<DecorationSet>("uploads")
let shelf: Shelf | null = null

/** Keep pictures there from now on. */
export function keepPicturesOn(place: Shelf): void {
  shelf = place
}

/** The id of the block at the top level that holds `pos`. */
function blockAt(doc: Node, pos: number): string | null {
  const $pos = doc.resolve(Math.min(pos, doc.content.size))
  for (let depth = $pos.depth; depth > 0; depth--) if ($pos.node(depth).attrs.id) return $pos.node(depth).attrs.id as string
  return null
}

/** Where the block of this id ends inside; the paper's end if there is none. */
export function behindBlock(doc: Node, id: string | null): number {
  let found: number | null = null
  if (id) doc.descendants((block, pos) => {
    if (block.attrs.id === id) found ??= pos + block.nodeSize - 1
    return found === null
  })
  return found ?? Math.max(0, doc.content.size - 1)
}
const waiting = new Set<() => void>()

/** Where pictures lie: urls.files + "/" + the hash of their bytes. */
export function pictureUrl(files: string, file: string): string {
  return `${files.replace(/\/$/, "")}/${file}`
}

/** Try again what could not be uploaded; called when the connection is back. */
export function uploadAgain(): void {
  for (const again of [...waiting]) again()
}

/** Are there pictures that are not uploaded yet? */
export function uploadsWait(view: EditorView): boolean {
  return (key.getState(view.state)?.find().length ?? 0) > 0
}

/** The plugin that holds the places of what is being uploaded. */
export function uploads(files: string): Plugin<DecorationSet> {
  return new Plugin({
    key,
    state: {
      init: () => DecorationSet.empty,
      apply(tr, set) {
        const moved = set.map(tr.mapping, tr.doc)
        const change = tr.getMeta(key) as Change | undefined
        if (!change) return moved
        if ("add" in change) return moved.add(tr.doc, [Decoration.widget(change.pos, change.add.element, { upload: change.add })])
        return moved.remove(moved.find(undefined, undefined, spec => spec.upload === change.remove))
      },
    },
    props: {
      decorations: state => key.getState(state),
      handlePaste: (view, event) => takeFiles(view, event.clipboardData, view.state.selection.from, files),
      handleDrop(view, event, _slice, moved) {
        if (moved) return false
        const at = view.posAtCoords({ left: event.clientX, top: event.clientY })
        return at ? takeFiles(view, event.dataTransfer, at.pos, files) : false
      },
    },
  })
}

function takeFiles(view: EditorView, data: DataTransfer | null, pos: number, files: string): boolean {
  if (!data || data.types.includes("text/html") || !view.editable) return false
  const pictures = [...data.files].filter(file => file.type.startsWith("image/"))
  if (pictures.length === 0) return false
  for (const file of pictures) void upload(view, file, pos, files)
  return true
}

/** Let the person pick a picture and insert it at the cursor. */
export function pickPicture(files: string): Command {
  return (state, _dispatch, view) => {
    if (!insertBlock(() => figure("", ""))(state)) return false
    if (view) {
      const input = el("input", { type: "file", accept: TYPES.join(",") })
      input.addEventListener("change", () => {
        for (const file of input.files ?? []) void upload(view, file, view.state.selection.from, files)
      })
      input.click()
    }
    return true
  }
}

function figure(file: string, alt: string): Node {
  return node("figure").create(null, node("image").create({ file, alt }))
}

/** Upload a picture and put it where `pos` has moved to by then. */
export async function upload(view: EditorView, file: Blob & { name?: string }, pos: number, files: string): Promise<void> {
  if (!TYPES.includes(file.type)) return note(t("Only pictures in PNG, JPEG, GIF or WebP can be inserted."))
  if (file.size > LARGEST) return note(t("This picture is too large. At most 10 MB."))
  const name = file.name ?? t("Picture")
  const words = el("span", {}, t("Uploading %(name)s …", { name }))
  const stop = button(t("Cancel"), () => finish(), "quiet")
  const element = el("span", { class: "uploading", contenteditable: "false" }, words, stop)
  const placed: Upload = { name, element }
  let done = false
  const kept = shelf?.put(file, name, blockAt(view.state.doc, pos)) ?? Promise.resolve(null)
  const finish = (): void => {
    done = true
    void kept.then(id => (id === null ? undefined : shelf?.drop(id)))
    waiting.delete(again)
    view.dispatch(view.state.tr.setMeta(key, { remove: placed } satisfies Change))
  }
  const again = (): void => {
    waiting.delete(again)
    void send()
  }
  const send = async (): Promise<void> => {
    element.dataset.state = "sending"
    words.textContent = t("Uploading %(name)s …", { name })
    const form = new FormData()
    form.append("file", file, name)
    try {
      const { status, body } = await ask(files, { method: "POST", body: form, ms: 120_000 })
      if (done || view.isDestroyed) return
      const hash = (body as { file?: unknown } | null)?.file
      if (status >= 300 || typeof hash !== "string" || !/^[0-9a-f]{64}$/.test(hash)) {
        finish()
        return note(reason(body) || t("This picture could not be uploaded."))
      }
      const at = key.getState(view.state)?.find(undefined, undefined, spec => spec.upload === placed)[0]?.from
      finish()
      if (at !== undefined) await show(view, hash, at)
    } catch (error) {
      if (done || view.isDestroyed) return
      if (error instanceof Failed && error.why === "gone") {
        finish()
        return note(t("This picture could not be uploaded."))
      }
      element.dataset.state = "waiting"
      words.textContent = t("%(name)s is uploaded as soon as you are connected again.", { name })
      waiting.add(again)
    }
  }
  view.dispatch(view.state.tr.setMeta(key, { add: placed, pos } satisfies Change))
  announce(t("Uploading %(name)s …", { name }))
  await send()
}

async function show(view: EditorView, hash: string, at: number): Promise<void> {
  const before = view.state.selection
  const { tr } = view.state
  const $at = tr.doc.resolve(at)
  const made = figure(hash, "")
  const insert = insertBlock(() => made)
  const placed = view.state.apply(tr.setSelection(NodeSelection.near($at)))
  let shown: number | null = null
  insert(placed, next => {
    const steps = view.state.tr
    for (const step of next.steps) steps.step(step)
    view.dispatch(steps.setSelection(before.map(steps.doc, steps.mapping)))
    view.state.doc.descendants((found, pos) => {
      if (found.type === node("image") && found.attrs.file === hash && found.attrs.alt === "" && shown === null) shown = pos
    })
  })
  if (shown !== null) await describe(view, shown)
}

/** Ask for the description of the picture at `pos`. */
export async function describe(view: EditorView, pos: number): Promise<void> {
  const image = view.state.doc.nodeAt(pos)
  if (image?.type !== node("image")) return
  const alt = el("textarea", { rows: 3, maxlength: 1000 })
  alt.value = image.attrs.alt
  const width = el("select", {}, ...[100, 75, 50, 33].map(size => el("option", { value: size, selected: image.attrs.width === size }, t("%(size)s % of the width", { size }))))
  const answer = await askFor(t("Describe the picture"), [
    field(t("What is to be seen? (alt text)"), alt, t("For those who cannot see the picture. Leave it empty only if it is mere decoration.")),
    field(t("Width"), width),
  ], t("Apply"), () => ({ alt: cleaned(alt.value).trim().slice(0, 1000), width: Number(width.value) }))
  const now = find(view, image, pos)
  if (answer && now !== null) {
    const { tr } = view.state
    if (answer.alt !== image.attrs.alt) tr.setNodeAttribute(now, "alt", answer.alt)
    if (answer.width !== image.attrs.width) tr.setNodeAttribute(now, "width", answer.width)
    if (tr.docChanged) view.dispatch(tr)
  }
  view.focus()
}

function find(view: EditorView, image: Node, near: number): number | null {
  if (view.state.doc.nodeAt(near)?.attrs.file === image.attrs.file) return near
  let found: number | null = null
  view.state.doc.descendants((at, pos) => {
    if (at.type === image.type && at.attrs.file === image.attrs.file) found ??= pos
  })
  return found
}

/** Describe the selected picture; Enter does it too. */
export const describeSelected: Command = (state, _dispatch, view) => {
  const { selection } = state
  if (!(selection instanceof NodeSelection)) return false
  const at = selection.node.type === node("figure") ? selection.from + 1 : selection.node.type === node("image") ? selection.from : null
  if (at === null) return false
  if (view) void describe(view, at)
  return true
}

/** Add a caption to the selected figure, or go into it. */
export const caption: Command = (state, dispatch, view) => {
  const { selection, doc } = state
  if (!(selection instanceof NodeSelection)) return false
  const start = selection.node.type === node("figure") ? selection.from : selection.node.type === node("image") ? selection.from - 1 : null
  if (start === null) return false
  const figure = doc.nodeAt(start)
  if (!figure) return false
  if (dispatch) {
    const { tr } = state
    const inside = start + 1 + (figure.firstChild?.nodeSize ?? 0)
    if (figure.childCount < 2) tr.insert(inside, node("caption").create())
    dispatch(tr.setSelection(NodeSelection.near(tr.doc.resolve(inside + 1))).scrollIntoView())
    view?.focus()
  }
  return true
}

/** A picture in the editor, with its tools. */
export class Picture implements NodeView {
  readonly dom: HTMLElement
  private readonly image: HTMLImageElement
  private readonly tools: HTMLElement

  constructor(private node: Node, view: EditorView, getPos: () => number | undefined, private readonly files: string) {
    this.image = el("img", { draggable: "true" })
    const run = (command: Command) => () => {
      const at = getPos()
      if (at === undefined) return
      view.dispatch(view.state.tr.setSelection(NodeSelection.create(view.state.doc, at)))
      command(view.state, view.dispatch, view)
    }
    this.tools = el("span", { class: "picture-tools", contenteditable: "false" })
    if (view.editable) this.tools.append(button(t("Describe"), run(describeSelected)), button(t("Caption"), run(caption)))
    this.dom = el("span", { class: "picture" }, this.image, this.tools)
    this.show()
  }

  private show(): void {
    const { file, alt, width } = this.node.attrs as { file: string; alt: string; width: number }
    if (file) this.image.src = pictureUrl(this.files, file)
    this.image.alt = alt
    this.image.style.width = `${width}%`
    this.dom.dataset.undescribed = String(alt === "")
  }

  update(next: Node): boolean {
    if (next.type !== this.node.type) return false
    this.node = next
    this.show()
    return true
  }

  selectNode(): void {
    this.dom.classList.add("ProseMirror-selectednode")
  }

  deselectNode(): void {
    this.dom.classList.remove("ProseMirror-selectednode")
  }

  stopEvent(event: Event): boolean {
    return event.target instanceof globalThis.Node && this.tools.contains(event.target)
  }

  ignoreMutation(): boolean {
    return true
  }
}
