// The editor's state: its plugins in the order in which they get to see keys and transactions.
import { baseKeymap } from "prosemirror-commands"
import { dropCursor } from "prosemirror-dropcursor"
import { gapCursor } from "prosemirror-gapcursor"
import { history } from "prosemirror-history"
import { keymap } from "prosemirror-keymap"
import { EditorState, type Plugin } from "prosemirror-state"
import { type Loaded, live } from "../live/collab"

/** A state of `loaded` with these plugins, the ordinary keys, and the collab plugin of `client`. */
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
