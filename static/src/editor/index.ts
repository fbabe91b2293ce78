// The editor's page: #editor becomes the text, and the parts of the page around it come to life.
//
// <div id="editor" data-paper='{"id", "version"?, "lang", "may": {edit, comment}, "me": {id, name,
// color}, "urls": {doc, steps, live, files, people, signIn}, "csrf"}'> holds the paper as the server
// rendered it; it is replaced when the text has come. #toolbar, #saved, #present, #outline and
// #wordcount are used where the page has them, else made. Class on <html> while mounted: none;
// #editor gets data-mounted.
import { Plugin, PluginKey, TextSelection } from "prosemirror-state"
import { Decoration, DecorationSet, EditorView } from "prosemirror-view"
import { t } from "../i18n"
import { Channel } from "../live/channel"
import { type Ends, fetchDoc, isLocal, type Loaded, Session } from "../live/collab"
import { composing, isHeld, release } from "../live/composing"
import { adopt, adoptPictures, dropPicture, Keep, keepPicture, live as alive } from "../live/keep"
import { deliver } from "../live/leftovers"
import type { Saved } from "../live/link"
import { ask, csrf, Failed } from "../live/server"
import { type Message, randomName } from "../live/wire"
import { schema } from "../schema"
import { makeActions } from "./actions"
import { announce, note } from "./announce"
import { Words } from "./aside"
import { makeState } from "./core"
import { el, found } from "./dom"
import { FindPanel, finding } from "./find"
import { Footnote } from "./footnote"
import { guard } from "./guard"
import { sameText } from "./hash"
import { showHelp } from "./help"
import { ids } from "./ids"
import { keys } from "./keys"
import { following } from "./link"
import { mentions } from "./mention"
import { Outline, wordCount } from "./outline"
import { pasting } from "./paste"
import { behindBlock, keepPicturesOn, Picture, upload, uploadAgain, uploads, uploadsWait } from "./pictures"
import { People, presence } from "./presence"
import { type Editing, nowEditing, type PaperFacts } from "./seam"
import { signInAgain } from "./signin"
import { Status } from "./status"
import { insertTable, tableCommands, tables } from "./tables"
import { Toolbar } from "./toolbar"
import { suggestAgain } from "../suggestions/again"
import { Mode } from "../suggestions/mode"
import { typography } from "./typography"

const ADOPT_EVERY = 60_000 // ms; a tab may die while this one lives
const OPEN = new Set(["draft", "consultation"]) // states in which a paper's text is written

async function load(paper: PaperFacts, status: Status): Promise<Loaded> {
  for (let failures = 0; ; failures++) {
    try {
      return await fetchDoc(paper.urls.doc)
    } catch (error) {
      const why = error instanceof Failed ? error.why : "unreachable"
      status.show(why === "unreachable" ? "offline" : why)
      if (why === "gone") throw error
      if (why === "signed-out") await signInAgain(paper.urls.signIn, paper.me)
      else await new Promise(done => window.setTimeout(done, Math.min(15_000, 500 * 2 ** failures)))
    }
  }
}

async function mount(root: HTMLElement, paper: PaperFacts): Promise<void> {
  csrf.token = paper.csrf
  csrf.url = paper.urls.signIn
  const person = String(paper.me.id)
  const client = randomName(16)
  const keep = new Keep(String(paper.id), person, client)
  alive({ paper: keep.paper, person, client })

  const place = (id: string, tag: keyof HTMLElementTagNameMap, label?: string): HTMLElement =>
    found(id, tag, element => {
      if (label) element.setAttribute("aria-label", label)
      if (id !== "saved" || paper.may.suggest) root.before(element)
    })
  const signIn = (): void => void signInAgain(paper.urls.signIn, paper.me).then(done => done && channel?.signedIn())
  const status = new Status(place("saved", "p"), signIn)
  const present = place("present", "div")
  const words = new Words(() => view, keep.paper, person, root)

  const again: Ends["again"] = (text, steps, acts) => (paper.may.edit ? null : suggestAgain(text, steps, acts, person))
  let channel: Channel | null = null
  const adoptLeftovers = (): Promise<void> => adopt(keep.paper, person, left => deliver(left, paper.urls, aside => words.add(aside), again)).catch(() => undefined)
  await Promise.race([adoptLeftovers(), new Promise(done => window.setTimeout(done, 4_000))])
  const loaded = await load(paper, status)

  const open = (state: string): boolean => (paper.may.edit ? OPEN.has(state) : paper.may.suggest && state === "consultation")
  let unlocked = paper.may.suggest
  let editable = unlocked
  const hears: ((message: Message) => void)[] = []
  const sees: Parameters<Editing["onUpdate"]>[0][] = []
  const added: Plugin[] = []
  const find = new FindPanel()
  const actions = makeActions(paper.urls.files)
  const lang = (): string => String(view?.state.doc.attrs.lang ?? paper.lang)
  const ways = { toolbar: () => toolbar?.focus(), find: () => find.open(view), help: () => showHelp(actions) }
  const plugins = (): Plugin[] => [
    ...added, mentions(paper.urls.people), typography(lang), ...keys(actions, ways), ids(() => mode.writes()), guard(), pasting(paper.urls.files),
    uploads(paper.urls.files), finding(), following(), presence(), composing(), ...tables(() => editable),
  ]

  root.replaceChildren()
  const mode: Mode = new Mode(() => view, root, paper, () => setEditable(unlocked))
  const view: EditorView = new EditorView(root, {
    state: makeState(loaded, client, plugins()),
    editable: () => editable,
    attributes: state => ({
      id: "editor-text", class: "paper-text", role: "textbox", "aria-multiline": "true", "aria-label": t("Text of the paper"),
      lang: String(state.doc.attrs.lang), ...(editable ? { spellcheck: "true" } : { "aria-readonly": "true", tabindex: "0" }),
    }),
    nodeViews: {
      footnote: (node, outer, getPos) => new Footnote(node, outer, getPos, lang),
      image: (node, outer, getPos) => new Picture(node, outer, getPos, paper.urls.files),
    },
    dispatchTransaction(meant) {
      const transaction = mode.says(view.state, meant)
      if (!transaction) return
      const { state, transactions } = view.state.applyTransaction(transaction)
      const typed = transactions.some(one => one.docChanged && isLocal(one) && !isHeld(one))
      view.updateState(state)
      if (typed) {
        void session.save()
        channel?.typed()
      }
      people.tell()
      update()
      for (const see of sees) see(view.state, transaction)
    },
  })
  root.dataset.mounted = ""

  const session = new Session({
    view: () => view,
    show(next) {
      view.updateState(makeState(next, client, plugins()))
      for (const see of sees) see(view.state, null)
      update()
    },
    stand(state) {
      view.updateState(state)
      for (const see of sees) see(state, null)
      update()
    },
    again,
    aside: said => words.add(said),
    stands(saved, link) {
      status.show(saved)
      if (saved === "signed-out" && stood !== saved) signIn()
      stood = saved
      const open = link.phase === "open"
      if (open && !wasOpen) {
        uploadAgain()
        people.again()
        void adoptLeftovers()
        for (const hear of hears) hear({ type: "connected" })
      }
      if (!open && wasOpen) people.forget()
      wasOpen = open
      if (link.phase === "gone") setEditable((unlocked = false))
    },
    message(message) {
      if (message.type === "presence") {
        if (people.take(message) !== person) channel?.strangers() // somebody else has signed in, in this browser
      }
      else if (message.type === "hash") void sameText(session, message).then(same => !same && channel?.differs())
      else if (message.type === "paper" && typeof message.state === "string") {
        const was = unlocked
        setEditable((unlocked = open(message.state)))
        if (was !== unlocked) note(unlocked ? t("This paper can be changed again.") : t("This paper can be read now, but no longer be changed."), 10_000)
      }
      for (const hear of hears) hear(message)
    },
    unsafe: () => note(t("This browser keeps nothing on this device: do not close this page while you are offline."), 15_000),
  }, keep, paper.urls.doc)
  let wasOpen = false
  let stood: Saved | null = null

  const setEditable = (now: boolean): void => {
    const next = now && mode.marked
    if (next !== editable) {
      editable = next
      view.setProps({ editable: () => editable })
    }
    update()
  }

  const tools = place("toolbar", "div")
  const toolbar = paper.may.suggest ? new Toolbar(view, tools, actions, ways, mode.dom) : null
  tools.hidden = toolbar === null
  tools.after(find.dom)
  const people = new People(() => view, { client, person }, {
    here: (pos, version) => session.here(pos, version), confirmed: pos => session.placeConfirmed(pos), version: () => session.version(),
  }, message => channel?.say(message), present)
  const outline = new Outline(view, place("outline", "nav", t("Outline")))
  const count = wordCount(view, found("wordcount", "p", element => root.after(element)))
  const update = (): void => {
    toolbar?.update()
    find.update(view)
    outline.refresh()
    count()
    mode.update()
  }
  update()

  const live = new Channel(paper.urls, client, session)
  channel = live
  live.start()
  keepPicturesOn({ put: (blob, name, near) => keepPicture({ paper: keep.paper, person, client, name, blob, near }), drop: dropPicture })
  await words.restore()
  if (editable)
    await adoptPictures(keep.paper, person, ({ blob, name, near }) => {
      void upload(view, new File([blob], name, { type: blob.type }), behindBlock(view.state.doc, near), paper.urls.files)
    })
  window.setInterval(() => void adoptLeftovers(), ADOPT_EVERY)
  addEventListener("beforeunload", event => {
    // What is not confirmed lies in IndexedDB; only where there is none one must wait.
    if (!keep.works && (session.left() || uploadsWait(view))) event.preventDefault()
  })
  document.addEventListener("keydown", event => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.defaultPrevented && event.key === "f" && !document.querySelector("dialog[open]")) {
      event.preventDefault()
      find.open(view)
    }
  })

  const editing: Editing = {
    view, schema, paper,
    writes: () => mode.writes(),
    parts: { Plugin, PluginKey, Decoration, DecorationSet, TextSelection },
    version: () => session.version(),
    unconfirmed: () => session.left(),
    toServer: pos => session.placeConfirmed(pos),
    fromServer: (pos, version) => session.here(pos, version),
    addPlugin(plugin) {
      added.push(plugin)
      view.updateState(view.state.reconfigure({ plugins: [plugin, ...view.state.plugins] }))
    },
    onMessage(hear) {
      hears.push(hear)
      return () => void hears.splice(hears.indexOf(hear), 1)
    },
    onUpdate(see) {
      sees.push(see)
      return () => void sees.splice(sees.indexOf(see), 1)
    },
    finish: () => release(view),
    announce, ask,
  }
  nowEditing(editing)
  // For those who try it by script; nothing of ours uses it.
  const tableRuns = Object.fromEntries([...tableCommands.map(({ name, run }) => [name, run]), ["insert", insertTable(3, 3)]])
  Object.assign(window, { vorlauf: { view, session, channel: live, editing, actions, tables: tableRuns } })
}

const root = document.getElementById("editor")
if (root?.dataset.paper) {
  mount(root, JSON.parse(root.dataset.paper) as PaperFacts).catch(error => {
    console.error(error)
    root.before(el("p", { class: "flash", "data-kind": "error", role: "alert" }, t("The editor could not be started. Please load the page again.")))
  })
}
