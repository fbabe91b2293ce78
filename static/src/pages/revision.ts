// A revision: its text as it was, with its comments beside it.
import { EditorState } from "prosemirror-state"
import { EditorView } from "prosemirror-view"
import { begin } from "../comments"
import { Footnote } from "../editor/footnote"
import { Picture } from "../editor/pictures"
import { t } from "../i18n"
import { ask } from "../live/server"
import { schema } from "../schema"

interface Facts {
  id: number
  lang: string
  urls: { files: string }
}

/** Put the document where the server's words stand, so that positions are exact. */
async function mount(root: HTMLElement): Promise<void> {
  const { body } = await ask(root.dataset["docUrl"] ?? "", { ms: 60_000 })
  const doc = schema.nodeFromJSON((body as { doc: unknown }).doc)
  const paper = JSON.parse(root.dataset["paper"] ?? "{}") as Facts
  const lang = String(doc.attrs["lang"] ?? paper.lang)
  root.replaceChildren()
  const view: EditorView = new EditorView(root, {
    state: EditorState.create({ doc }),
    editable: () => false,
    attributes: { role: "document", "aria-label": t("Text of the revision"), tabindex: "0", class: "paper-text", lang },
    nodeViews: {
      footnote: (node, outer, getPos) => new Footnote(node, outer, getPos, () => lang),
      image: (node, outer, getPos) => new Picture(node, outer, getPos, paper.urls.files),
    },
  })
  begin({
    view,
    add: plugin => view.updateState(view.state.reconfigure({ plugins: [plugin, ...view.state.plugins] })),
    hear: () => undefined, // nobody writes here; what is said elsewhere shows when the page is looked at again
  }, String(paper.id))
}

const root = document.getElementById("revision-text")
if (root?.dataset["docUrl"]) void mount(root).catch(error => console.error(error)) // the server's words stay
