// What every page needs: signing out forgets what lies in this browser.
import { unconfirmed, wipe } from "./live/keep"
void unconfirmed
void wipe
