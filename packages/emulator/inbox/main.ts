// The inbox of the emulator: the page's one script. `node scripts/inbox.ts` makes src/internal/inboxPage.ts of it and of inbox.css.
import * as App from "./app.ts"

App.run()
