// The editor's state: its plugins in the order in which they get to see keys and transactions.
import { baseKeymap, chainCommands, createParagraphNear, deleteSelection, joinBackward, selectNodeBackward } from "prosemirror-commands"
import { dropCursor } from "prosemirror-dropcursor"
import { gapCursor } from "prosemirror-gapcursor"
import { history } from "prosemirror-history"
import { keymap } from "prosemirror-keymap"
import { EditorState, type Plugin } from "prosemirror-state"
import { type Loaded, live } from "../live/collab"

void [chainCommands, createParagraphNear, deleteSelection, joinBackward, selectNodeBackward]

/** A state of `loaded`, with the collab plugin of `client` under the given plugins. */
export function makeState(loaded: Loaded, client: string, plugins: readonly Plugin[]): EditorState {
  return EditorState.create({
    doc: loaded.doc,
    plugins: [
      ...plugins,
      keymap(baseKeymap),
      history({ newGroupDelay: 600 }),
      dropCursor({ class: "drop-cursor", width: 2, color: false }),
      gapCursor(),
      live(loaded.version, client),
    ],
  })
}
