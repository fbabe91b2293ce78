// What stands around a paper beside the editor and the comments: who wrote what.
import { whenEditing } from "../editor/seam"
import { livePaper } from "../writers/live"
import { writers } from "../writers/toggle"

whenEditing(editing => writers(livePaper(editing)))
