// Signing in again in place, when the session has expired: what was typed stays and is sent then.
import { t } from "../i18n"
import { ask, csrf, reason, renewToken } from "../live/server"
import { askFor } from "./dialog"
import { el, field } from "./dom"

let open = false

/** Ask for mail address and password; true when signed in as `me`, false when left for later. */
export async function signInAgain(url: string, me: { id: string; name: string }): Promise<boolean> {
  if (open) return false
  open = true
  try {
    return (await askFor(t("Please sign in again"), [
      el("p", {}, t("You have been signed out. What you have written is kept on this device and is saved as soon as you are signed in.")),
      field(t("E-mail"), el("input", { type: "email", name: "email", autocomplete: "username", required: true })),
      field(t("Password"), el("input", { type: "password", name: "password", autocomplete: "current-password", required: true })),
    ], t("Sign in"), async form => {
      await renewToken().catch(() => false) // that of the expired session may not count any more
      const fields = new FormData(form)
      const sent = new URLSearchParams({ email: String(fields.get("email") ?? ""), password: String(fields.get("password") ?? ""), csrf_token: csrf.token })
      const answer = await ask(url, { method: "POST", body: sent }).catch((error: unknown) => {
        const said = (error as { said?: string }).said
        throw new Error(said || t("That did not work. Please try again."))
      })
      if (answer.status !== 200) throw new Error(reason(answer.body) || t("E-mail or password is not right."))
      const told = answer.body as { csrf?: unknown; person?: unknown; name?: unknown }
      if (typeof told.csrf === "string") csrf.token = told.csrf
      const other = told.person !== undefined ? String(told.person) !== String(me.id) : told.name !== undefined && told.name !== me.name
      if (other) throw new Error(t("This is somebody else. Please sign in as the person who was writing here."))
      return true
    })) === true
  } finally {
    open = false
  }
}
