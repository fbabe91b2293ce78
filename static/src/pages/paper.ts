// What stands around a paper beside the editor and the comments: who wrote what, line numbers.
import { whenEditing } from "../editor/seam"
import { liveLines } from "../lines/live"
import { livePaper } from "../writers/live"
import { writers } from "../writers/toggle"

whenEditing(editing => {
  writers(livePaper(editing))
  liveLines(editing)
})
