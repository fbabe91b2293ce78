// Comments beside the text that is being written: waits for the editor, then joins it.
import { whenEditing } from "../editor/seam"
import { suggestions } from "../suggestions/margin"
import { begin } from "./begin"
import { live } from "./live"

whenEditing(editing => {
  const ground = live({ view: editing.view, add: plugin => editing.addPlugin(plugin), hear: told => void editing.onMessage(told) })
  const panel = begin(ground, String(editing.paper.id))
  if (panel) suggestions(editing, panel)
})
