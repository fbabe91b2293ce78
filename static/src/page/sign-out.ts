// Who signs out leaves nothing behind in this browser; unsaved words are named before they go.
import { draftsLeft, forgetDrafts } from "../comments/drafts"
import { t } from "../i18n"
import { unconfirmed, wipe } from "../live/keep"
import { ask } from "./confirm"

const LOSS = "Some of your text has not reached the server yet. If you sign out now, it is lost in this browser."

/** Let <form data-sign-out> empty the browser's store first. */
export function forgetOnSignOut(): void {
  document.addEventListener("submit", event => {
    const form = event.target
    if (!(form instanceof HTMLFormElement) || !("signOut" in form.dataset)) return
    event.preventDefault()
    void leave(form)
  })
}

async function leave(form: HTMLFormElement): Promise<void> {
  if ((await unconfirmed()) + draftsLeft() > 0 && !(await ask(t(LOSS), t("Sign out all the same")))) return
  await wipe()
  forgetDrafts()
  form.submit()
}
