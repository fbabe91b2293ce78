// Applied before the first paint, so that nobody who reads in the dark is dazzled.
{
  const kept = (() => {
    try {
      return localStorage.getItem("theme")
    } catch {
      return null // storage is switched off: the system's choice holds
    }
  })()
  const root = document.documentElement
  root.dataset["script"] = "on"
  if (kept === "light" || kept === "dark") root.dataset["theme"] = kept
}
export {}
