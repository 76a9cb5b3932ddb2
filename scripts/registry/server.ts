import { once } from "node:events"
import { rmSync } from "node:fs"
import type { Server } from "node:http"
import { createRequire } from "node:module"
import { join } from "node:path"
import { pathToFileURL } from "node:url"

// The process in which the registry of ../registry.ts runs: `node server.ts <verdaccio> <folder> <scope> <name>`. It is a
// process of its own so that its parent may wait for commands synchronously, and it goes, with its folder, when the
// channel to the parent closes: whatever ended that.
const [verdaccio = "", folder = "", scope = "", name = ""] = process.argv.slice(2)

const stop = (): never => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  process.exit(0)
}
process.once("disconnect", stop)
// A Ctrl-C reaches this process too; its parent may still be at work.
process.on("SIGINT", () => undefined)

const main = pathToFileURL(createRequire(join(verdaccio, "package.json")).resolve("verdaccio")).href
const { runServer } = await import(main) as {
  readonly runServer: (config: object) => Promise<Server>
}

const server = await runServer({
  // Verdaccio takes paths relative to a configuration file that there is none of.
  configPath: join(folder, "config.yaml"),
  storage: join(folder, "storage"),
  auth: {},
  // Nothing is asked of another registry: who installs from here names this one for one scope.
  uplinks: {},
  packages: { [`${scope}/*`]: { access: "$all", publish: "$all" }, [name]: { access: "$all", publish: "$all" } },
  max_body_size: "100mb",
  web: { enable: false },
  log: { type: "stdout", format: "json", level: "error" }
})
server.listen(0, "127.0.0.1")
await once(server, "listening")
const address = server.address()
process.send?.(typeof address === "object" ? address?.port : undefined)
