// A revision: its text as it was, with its comments beside it.
import { EditorState } from "prosemirror-state"
import { EditorView } from "prosemirror-view"
import { begin } from "../comments"
import { t } from "../i18n"
import { ask } from "../live/server"
import { schema } from "../schema"

const root = document.getElementById("revision-text")

/** Put the document where the server's words stand, so that positions are exact. */
async function mount(root: HTMLElement): Promise<void> {
  const { body } = await ask(root.dataset["docUrl"] ?? "", { ms: 60_000 })
  const doc = schema.nodeFromJSON((body as { doc: unknown }).doc)
  const paper = JSON.parse(root.dataset["paper"] ?? "{}") as { id?: number; urls?: { files?: string } }
  root.replaceChildren()
  const view = new EditorView(root, {
    state: EditorState.create({ doc }),
    editable: () => false,
    attributes: { role: "document", "aria-label": t("Text of the revision"), tabindex: "0" },
  })
  begin(view, String(paper.id))
}

if (root?.dataset["docUrl"]) void mount(root).catch(() => undefined) // the server's words stay
