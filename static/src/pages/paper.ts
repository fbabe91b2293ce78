// What stands around a paper beside the editor and the comments: who wrote what, line numbers, revisions.
import { whenEditing } from "../editor/seam"
import { liveLines } from "../lines/live"
import { livePaper } from "../writers/live"
import { writers } from "../writers/toggle"
import { reviseHere } from "./revise"

whenEditing(editing => {
  writers(livePaper(editing))
  liveLines(editing)
  reviseHere(editing)
})
