import { registerHooks } from "node:module"

// Prints what the module of the first argument loads, one URL a line.
const urls = new Set()

registerHooks({
  load(url, context, next) {
    urls.add(url)
    return next(url, context)
  }
})

await import(process.argv[2])
process.stdout.write(`${Array.from(urls).join("\n")}\n`)
