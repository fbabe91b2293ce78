// A password may be looked at while it is typed.
import { t } from "../i18n"

/** Give each password field a button that shows and hides what was typed. */
export function revealPasswords(): void {
  for (const input of document.querySelectorAll<HTMLInputElement>("input[type=password][data-reveal]")) {
    const button = document.createElement("button")
    button.type = "button"
    button.className = "button reveal"
    button.dataset["kind"] = "quiet"
    button.dataset["size"] = "small"
    button.setAttribute("aria-controls", input.id)
    const show = (shown: boolean): void => {
      input.type = shown ? "text" : "password"
      button.textContent = shown ? t("Hide password") : t("Show password")
    }
    show(false)
    button.addEventListener("click", () => show(input.type === "password"))
    input.form?.addEventListener("submit", () => show(false))
    input.after(button)
  }
}
