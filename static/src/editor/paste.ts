// Pasting: what comes from elsewhere is cleaned; pictures that came along are uploaded, those of
// other hosts are left out, and the person is told.
import { Plugin } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"
import { t } from "../i18n"
import { note } from "./announce"
import { clean } from "./clean"
import { upload } from "./pictures"

/** The plugin; `files` is where pictures are uploaded to. */
export function pasting(files: string): Plugin {
  return new Plugin({
    props: {
      transformPastedHTML(html, view) {
        const { html: plain, foreignPictures, pictures } = clean(html)
        if (foreignPictures > 0) note(t("Pictures of other pages were left out. Save them and insert them as files."))
        if (pictures.length > 0) window.setTimeout(() => bring(view, pictures, files))
        return plain
      },
    },
  })
}

function bring(view: EditorView, pictures: string[], files: string): void {
  for (const source of pictures.slice(0, 20)) {
    const [head = "", data = ""] = source.split(",", 2)
    try {
      const bytes = Uint8Array.from(atob(data), letter => letter.charCodeAt(0))
      const blob = new Blob([bytes], { type: /data:(image\/\w+)/.exec(head)?.[1] ?? "" })
      void upload(view, blob, view.state.selection.to, files)
    } catch {
      note(t("This picture could not be uploaded."))
    }
  }
}
