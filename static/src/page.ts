// What every page gains where scripts run. Without them everything still works.
import { confirmFirst } from "./page/confirm"
import { dialogs } from "./page/dialogs"
import { guardForms } from "./page/guard"
import { menus } from "./page/menus"
import { revealPasswords } from "./page/reveal"
import { forgetOnSignOut } from "./page/sign-out"
import { scrollers } from "./page/scrollers"
import { themes } from "./page/themes"

themes()
menus()
dialogs()
confirmFirst()
guardForms()
revealPasswords()
forgetOnSignOut()
scrollers()
