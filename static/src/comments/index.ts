// Comments beside the text that is being written: waits for the editor, then joins it.
import { whenEditing } from "../editor/seam"
import { begin } from "./begin"
import { live } from "./live"

whenEditing(editing => {
  const ground = live({ view: editing.view, add: plugin => editing.addPlugin(plugin), hear: told => void editing.onMessage(told) })
  begin(ground, String(editing.paper.id))
})
