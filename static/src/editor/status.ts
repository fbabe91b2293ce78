// The saved state in words. Class `saved` with data-state: saved, saving, offline, refused.
import { t } from "../i18n"
import type { Saved } from "../live/link"
import { announce } from "./announce"
import { button, el } from "./dom"

const SLOW = 900 // ms before "Saving …" is shown: it is saved sooner as a rule

/** How it stands, in words. */
export function inWords(saved: Saved): string {
  switch (saved) {
    case "saved": return t("Saved")
    case "saving": return t("Saving …")
    case "connecting": return t("Connecting …")
    case "offline": return t("Offline – you can go on writing")
    case "offline-unsaved": return t("Offline – will be saved as soon as you are connected again")
    case "signed-out": return t("Signed out – will be saved as soon as you sign in again")
    case "gone": return t("You can no longer write in this paper")
  }
}

const STATE: Record<Saved, string> = {
  saved: "saved", saving: "saving", connecting: "saving", offline: "offline", "offline-unsaved": "offline", "signed-out": "refused", gone: "refused",
}

export class Status {
  private shown: Saved | null = null
  private timer = 0
  private readonly words = el("span", {})

  constructor(private readonly place: HTMLElement, private readonly signIn: () => void) {
    place.classList.add("saved")
    place.replaceChildren(this.words)
  }

  show(saved: Saved): void {
    window.clearTimeout(this.timer)
    this.timer = 0
    if (saved === this.shown) return
    const calm = (saved === "saving" || saved === "connecting") && this.shown !== null && !this.shown.startsWith("offline") && this.shown !== "signed-out"
    if (calm) this.timer = window.setTimeout(() => this.set(saved), SLOW)
    else this.set(saved)
  }

  private set(saved: Saved): void {
    const before = this.shown
    this.shown = saved
    const text = inWords(saved)
    this.words.textContent = text
    this.place.dataset.state = STATE[saved]
    this.place.title = text
    const serious = STATE[saved] === "offline" || STATE[saved] === "refused"
    const recovered = saved === "saved" && before !== null && (STATE[before] === "offline" || STATE[before] === "refused")
    if ((serious || recovered) && !this.place.hasAttribute("aria-live")) announce(text)
    this.place.querySelector("button")?.remove()
    if (saved === "signed-out") this.place.append(button(t("Sign in"), this.signIn))
  }
}
