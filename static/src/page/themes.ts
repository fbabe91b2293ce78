// Light, dark, or as the system says.

const THEMES = ["light", "dark", "system"] as const
type Theme = (typeof THEMES)[number]

function isTheme(value: unknown): value is Theme {
  return THEMES.some(theme => theme === value)
}

function kept(): Theme {
  try {
    const value = localStorage.getItem("theme")
    return isTheme(value) ? value : "system"
  } catch {
    return "system"
  }
}

function apply(theme: Theme): void {
  const root = document.documentElement
  if (theme === "system") delete root.dataset["theme"]
  else root.dataset["theme"] = theme
  for (const button of document.querySelectorAll<HTMLElement>("[data-theme-choice]"))
    button.setAttribute("aria-pressed", String(button.dataset["themeChoice"] === theme))
}

/** Show the switch, and keep what is chosen on this device. */
export function themes(): void {
  for (const part of document.querySelectorAll<HTMLElement>("[data-themes]")) part.hidden = false
  apply(kept())
  document.addEventListener("click", event => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-theme-choice]") : null
    const theme = button?.dataset["themeChoice"]
    if (!isTheme(theme)) return
    try {
      localStorage.setItem("theme", theme)
    } catch {
      // storage is switched off: the choice holds for this page
    }
    apply(theme)
  })
  addEventListener("storage", event => {
    if (event.key === "theme") apply(kept())
  })
}
