import { keymap } from "prosemirror-keymap"
import { undo, redo } from "prosemirror-history"
import { toggleMark, setBlockType } from "prosemirror-commands"
import { schema } from "../schema"
import { TextSelection } from "prosemirror-state"
import { EditorView } from "prosemirror-view"
import { Channel } from "../live/channel"
import { fetchDoc, isLocal, Session } from "../live/collab"
import { Keep, live as alive } from "../live/keep"
import { csrf, type Urls } from "../live/server"
import { randomName } from "../live/wire"
import { makeState } from "./core"

const plugins = () => [keymap({ "Mod-z": undo, "Mod-y": redo, "Mod-b": toggleMark(schema.marks.strong!), "Mod-Alt-2": setBlockType(schema.nodes.heading!, { level: 2 }) })]
const root = document.getElementById("editor")
if (root?.dataset.paper) void mount(root, JSON.parse(root.dataset.paper))

async function mount(root: HTMLElement, paper: { id: string; urls: Urls; me: { id: string }; csrf: string }) {
  csrf.token = paper.csrf
  const client = randomName()
  const keep = new Keep(String(paper.id), String(paper.me.id), client)
  alive(keep)
  const loaded = await fetchDoc(paper.urls.doc)
  root.replaceChildren()
  const view = new EditorView(root, {
    state: makeState(loaded, client, plugins()),
    dispatchTransaction(tr) {
      view.updateState(view.state.apply(tr))
      if (tr.docChanged && isLocal(tr)) { void session.save(); channel.typed() }
    },
  })
  const session = new Session({
    view: () => view,
    show: loaded => view.updateState(makeState(loaded, client, plugins())),
    aside: async aside => { console.log("aside", aside) },
    stands: saved => { const at = document.getElementById("saved"); if (at) at.textContent = saved },
    message: () => undefined,
    unsafe: () => undefined,
  }, keep, paper.urls.doc)
  const channel = new Channel(paper.urls, client, session)
  Object.assign(window, { vorlauf: { view, session, channel, TextSelection } })
  channel.start()
}
