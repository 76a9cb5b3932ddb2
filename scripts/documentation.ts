import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, dirname, join, posix, resolve } from "node:path"
import { type Page, pages, type Step } from "./documentation/markdown.ts"
import * as Session from "./documentation/session.ts"
import { settingsOf, verdictsOf } from "./documentation/settings.ts"
import { pnpm, root, scope } from "./packages.ts"
import { withRegistry } from "./registry.ts"
import { binaryOf, versionOf } from "./runtimes.ts"

// Runs every command of the pages as it is written, in the order of a reader, and tells what became of each:
// `npm run docs:check`, or some pages alone: `npm run docs:check -- README.md docs/testing.md`. Commands are what stands in
// fences of `sh`, and code spans such as `npm start -- --help`. The last line is `N passed, N failed, N skipped`.
//
// A command runs where its reader is. Who works on the project is in a clone of it, with the machine's own Node and nothing
// installed. Who uses it is in a project of his own: with the READMEs, but for their `npm start` and `npm test`, and on the pages
// of docs/ that are for users. There the packages come from a registry on this machine that was filled from this tree. The README
// is read with each package manager, and it and docs/in-your-project.md on each Node that we support.

// -----------------------------------------------------------------------------
// What cannot run as it is
// -----------------------------------------------------------------------------

type Rule =
  & { readonly command: RegExp; readonly why: string }
  & (
    | { readonly does: "Serve"; readonly says: RegExp; readonly place?: string }
    | { readonly does: "Ask"; readonly says: RegExp }
    | { readonly does: "Print"; readonly says: RegExp }
    | { readonly does: "Prepare"; readonly file: string; readonly text: string }
    | { readonly does: "Skip" }
  )

const rules: ReadonlyArray<Rule> = [
  {
    command: /^(?:npx|bun x --bun) (?:@effect-sens\/emulator|effect-sens-emulator)\b(?!.* --help)/,
    does: "Serve",
    says: /SENS is emulated at http:/,
    why: "serves until it is stopped: waited for until it listens, kept for the commands after it"
  },
  {
    command: /^node dist\/(?:express|nest)\.js$/,
    does: "Serve",
    says: /Express listens on port 3000|Nest application successfully started/,
    place: "application",
    why: "serves, beside the emulator"
  },
  {
    command: /^npx wrangler dev$/,
    does: "Serve",
    says: /Ready on http:\/\/localhost:8787/,
    place: "worker",
    why: "serves, beside the emulator"
  },
  {
    command: /^(?:node|bun) send\.(?:cjs|mts|ts)$/,
    does: "Print",
    says: /accepted as RSSA-/,
    why: "says that it was accepted"
  },
  {
    command: /^(?:node|bun) log\.mts$/,
    does: "Print",
    says: /[\da-f-]{36} (?:READY|PROCESSING|Delivered)/,
    why: "says what became of it"
  },
  {
    command: /^curl http:\/\/127\.0\.0\.1:(?:3000\/texts|8787) /,
    does: "Print",
    says: /"requestId":"RSSA-/,
    why: "is answered with an id"
  },
  {
    command: /^node -e '.*handler\(/,
    does: "Print",
    says: /statusCode: 202/,
    why: "is answered with 202"
  },
  {
    command: /^npx vitest run route\.spec\.ts$/,
    does: "Print",
    says: /2 passed/,
    why: "runs both tests"
  },
  {
    command: /^NODE_OPTIONS=--experimental-vm-modules npx jest\b/,
    does: "Print",
    says: /2 passed/,
    why: "runs both tests"
  },
  {
    command: /^npx changeset$/,
    does: "Ask",
    says: /Which packages were affected/,
    why: "asks: nobody answers, so it only gets to its first question"
  },
  {
    command: /^(?:bash \.ci\/run|npm run docs:check)$/,
    does: "Skip",
    why: "is what runs this"
  },
  {
    command: /^npm run changeset:version$/,
    does: "Prepare",
    file: ".changeset/a-change.md",
    text: `---\n"${scope}/core": patch\n---\n\nA change.\n`,
    why: "makes a version of changesets: so there is one"
  },
  {
    command: /^npm test(?: -- --project soak)?(?: *#.*)?$|^node packages\/outbox\/test\/durable\.ts$/,
    does: "Skip",
    why: "is a gate of its own; the tests of one package are run in the same way"
  },
  {
    command: /^node --expose-gc packages\/emulator\/test\/memory\.ts$/,
    does: "Skip",
    why: "takes an hour; a test of the gate soak runs its fast part"
  },
  {
    command: /^npm run bench(?: -- (?:goals|guard --record))?(?: *#.*)?$/,
    does: "Skip",
    why: "takes minutes, or half an hour; a gate runs some of it"
  },
  {
    command: /^npm run release -- --dry-run$/,
    does: "Skip",
    why: "is a gate of its own"
  },
  {
    command: /^npm run release$/,
    does: "Skip",
    why: "publishes for good"
  }
]

// -----------------------------------------------------------------------------
// Who reads what, and where
// -----------------------------------------------------------------------------

const all = pages(root)
const chosen = process.argv.slice(2)
for (const path of chosen) if (!all.some((page) => page.path === path)) throw new Error(`no page ${path}`)
const isChosen = (page: Page) => chosen.length === 0 || chosen.includes(page.path)

/** Pages of docs/ that are for people who work on the project. */
const aboutTheCode = /^docs\/(?:README|architecture|benchmarks|sizes)\.md$/

const isReadme = (page: Page) => /^README(?:\.\w+)?\.md$/.test(page.path)
const isOfPackage = (page: Page) => page.path.startsWith("packages/")
const isGuide = (page: Page) => posix.dirname(page.path) === "docs" && !aboutTheCode.test(page.path)

// In the order of the index, which is that of a reader who starts at the beginning.
const index =
  all.find(({ path }) => path === "docs/README.md")?.links.map(({ target }) =>
    posix.join("docs", target.split("#")[0] ?? "")
  ) ?? []
/** It begins a project of its own. */
const isProject = (page: Page) => page.path === "docs/in-your-project.md"
const guides = all.filter((page) => isGuide(page) && !isProject(page))
  .sort((a, b) => index.indexOf(a.path) - index.indexOf(b.path))
const start = guides.filter(({ path }) => path === "docs/getting-started.md")

/** Whether a step is taken in a clone of the project, not in one of its reader. */
const isInClone = (page: Page) => (step: Step): boolean =>
  isReadme(page)
    ? step._tag === "Command" && /^npm (?:start|test|run)\b/.test(step.text)
    : !isGuide(page) && !isOfPackage(page)

// What a newcomer reads first comes first; changesets, which change the versions, last.
const order = [/^README/, /^docs/, /^packages/, /^[A-Z]/, /^\.changeset/]
const rank = ({ path }: Page) => order.findIndex((pattern) => pattern.test(path))
const contributed = all.toSorted((a, b) => rank(a) - rank(b))

// -----------------------------------------------------------------------------
// The report
// -----------------------------------------------------------------------------

const counts = { passed: 0, failed: 0, skipped: 0 }

const report = (where: string, command: string, verdict: keyof typeof counts, more: string) => {
  counts[verdict]++
  console.log(`${verdict}  ${where}  ${command.replaceAll(/ *\\\n */g, " ").replace(/ +# .*$/, "")}  (${more})`)
}

const used = new Set<Rule>()

const take = async (session: Session.Session, where: string, command: string): Promise<void> => {
  const rule = rules.find((rule) => rule.command.test(command))
  if (rule !== undefined) used.add(rule)
  if (rule?.does === "Skip") return report(where, command, "skipped", rule.why)
  if (rule?.does === "Prepare") writeFileSync(join(session.folder, rule.file), rule.text)
  const ran = await (rule?.does === "Serve"
    ? session.serve(command, rule.says, rule.place ?? "emulator")
    : rule?.does === "Ask"
    ? session.ask(command, rule.says)
    : session.run(command))
  const time = `${(ran.milliseconds / 1000).toFixed(1)} s${rule === undefined ? "" : `; ${rule.why}`}`
  const silent = rule?.does === "Print" && !rule.says.test(ran.output)
  if (ran.failure === undefined && !silent) return report(where, command, "passed", time)
  report(where, command, "failed", `${ran.failure ?? "did not print what it should"}, ${time}`)
  console.log(ran.output.trimEnd().split("\n").slice(-60).map((line) => `    ${line}`).join("\n"))
}

// -----------------------------------------------------------------------------
// The places
// -----------------------------------------------------------------------------

const out = mkdtempSync(join(tmpdir(), "documentation-"))
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130))
process.on("exit", () => rmSync(out, { recursive: true, force: true, maxRetries: 3 }))

/** This machine, without the tools of the workspace, and without what an `npm` has told us. */
const machine = (): Record<string, string | undefined> => {
  const path = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"))
  const told =
    /^npm_(?:lifecycle|package|node_execpath|execpath|command|config_(?:local_prefix|user_agent))|^INIT_CWD$|^NODE$/
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !told.test(name))),
    PATH: path.join(delimiter),
    // A terminal would ask.
    CI: "true",
    NO_COLOR: "1",
    // npx asks before it installs something; the reader says yes.
    npm_config_yes: "true",
    // curl is content with any answer; a reader is not.
    CURL_HOME: out,
    WRANGLER_SEND_METRICS: "false"
  }
}

/** Programs that a page takes for granted, by name. */
const tools = async (): Promise<string> => {
  const folder = join(out, "tools")
  if (existsSync(folder)) return folder
  mkdirSync(folder)
  const own = process.env["npm_config_cache"]
  const cached = own === undefined ? "unset npm_config_cache\n" : `export npm_config_cache='${own}'\n`
  writeFileSync(join(folder, "pnpm"), `#!/bin/sh\n${cached}exec npx -y ${pnpm} "$@"\n`, { mode: 0o755 })
  for (const name of ["bun", "deno"] as const) symlinkSync(await binaryOf(name), join(folder, name))
  return folder
}

const inClone = async (): Promise<void> => {
  const steps = contributed.filter(isChosen).flatMap((page) =>
    page.steps.filter(isInClone(page)).flatMap((step) => step._tag === "Command" ? [{ page, step }] : [])
  )
  if (steps.length === 0) return
  // What would be committed now, so that work in progress is told of as well as what is finished; the repository itself is
  // left alone.
  const snapshot = join(out, "snapshot.git")
  const clone = join(out, "clone")
  const git = (...args: ReadonlyArray<string>) => execFileSync("git", args, { cwd: root, encoding: "utf8" })
  const identity = ["-c", "user.name=none", "-c", "user.email=none", "-c", "commit.gpgsign=false"]
  git("init", "--quiet", "--bare", "--initial-branch=main", snapshot)
  git("--git-dir", snapshot, "--work-tree", root, "add", "--all")
  git("--git-dir", snapshot, "--work-tree", root, ...identity, "commit", "--quiet", "--message=snapshot")
  git("clone", "--quiet", snapshot, clone)

  const environment = machine()
  const session = Session.open(clone, `${clone}.state`, {
    ...environment,
    PATH: `${environment["PATH"]}${delimiter}${await tools()}`
  })
  // A page alone may come after those that install everything.
  if (chosen.length > 0) await session.run("npm run setup")
  const seen = new Map<string, string>()
  for (const { page, step } of steps) {
    const where = `${page.path}:${step.line}`
    const command = step.text.replace(/ +#.*$/, "")
    const before = seen.get(command)
    if (before !== undefined) {
      console.log(`        ${where}  ${command}  (see ${before})`)
      continue
    }
    seen.set(command, where)
    await take(session, where, step.text)
  }
  await session.close()
}

const managers = ["npm", "pnpm", "bun"] as const

type Manager = typeof managers[number]

/** Whose way to install a command is. */
const managerOf = (step: Step): Manager | undefined =>
  step._tag === "Command"
    ? managers.find((name) => new RegExp(`^${name} (?:add|install|i) `).test(step.text))
    : undefined

/** The same in the words of another manager. */
const translate = (command: string, manager: Manager): string =>
  manager === "npm"
    ? command
    : command.replace(/^npm install /, `${manager} add `)
      .replace(" --save-dev ", manager === "bun" ? " --dev " : " --save-dev ")

const folderOf = (node: string) => dirname(resolve(node))

const ownNode = folderOf(join(root, "node_modules/node/bin/node"))

interface Reading {
  readonly pages: ReadonlyArray<Page>
  readonly manager?: Manager
  /** The pages name npm alone, and their reader has another. */
  readonly translated?: boolean
  /** The folders of each Node that the commands are run on; nothing is installed twice. */
  readonly nodes?: ReadonlyArray<readonly [version: string, folder: string]>
}

/** Reads pages in a project of their reader, and gives its folder. */
const inProject = async (name: string, npmrc: string, reading: Reading): Promise<string> => {
  const { manager = "npm", nodes = [["", ownNode]], pages, translated = false } = reading
  const folder = join(out, name)
  mkdirSync(folder)
  writeFileSync(join(folder, ".npmrc"), npmrc)
  const environment = machine()
  for (const [index, [version, node]] of nodes.entries()) {
    const session = Session.open(folder, `${folder}.${index}.state`, {
      ...environment,
      PATH: [node, environment["PATH"], await tools()].join(delimiter),
      // What npx and Bun have kept of a version they take for that version, and here it has been built anew.
      npm_config_cache: join(out, "npm"),
      BUN_INSTALL_CACHE_DIR: join(out, "bun"),
      DENO_DIR: join(root, "node_modules/.cache/smoke/deno"),
      DENO_NO_UPDATE_CHECK: "1"
    })
    const notes = [manager === "npm" ? "" : `with ${manager}`, version === "" ? "" : `Node ${version}`].filter(Boolean)
    const where = (page: Page, step: Step) =>
      `${page.path}:${step.line}${notes.length === 0 ? "" : ` (${notes.join(", ")})`}`
    try {
      // Guides make their project themselves.
      if (index === 0 && !pages.some(isGuide)) await session.run("npm init -y")
      for (const page of pages) {
        for (const step of page.steps.filter((step) => !isInClone(page)(step))) {
          if (step._tag === "Save") {
            const file = join(folder, step.name)
            mkdirSync(dirname(file), { recursive: true })
            writeFileSync(file, step.text)
            continue
          }
          const installer = managerOf(step)
          const installs = installer !== undefined || /^npm (?:init|pkg) /.test(step.text)
          if (installs && index > 0) continue
          // A reader picks one of them.
          if (installer !== undefined && installer !== manager && !translated) continue
          await take(session, where(page, step), translated ? translate(step.text, manager) : step.text)
          if (translated && manager === "bun" && /^node \S+\.mts$/.test(step.text)) {
            await take(session, where(page, step), step.text.replace("node", "bun"))
          }
        }
      }
    } finally {
      await session.close()
    }
  }
  return folder
}

/** Tries what a page says of the settings of TypeScript. */
const trySettings = async (page: Page, folder: string): Promise<void> => {
  const settings = settingsOf(readFileSync(join(root, page.path), "utf8"))
  const home = join(out, "typescript")
  for (const { line, options, says, verdict, version } of await verdictsOf(settings, { folder, home })) {
    const command = `TypeScript ${version} with ${options}`
    if (says === "works" ? verdict.length === 0 : verdict.includes(says)) {
      report(`${page.path}:${line}`, command, "passed", says)
    } else {
      report(`${page.path}:${line}`, command, "failed", `not ${says}, but ${verdict.join(", ") || "works"}`)
    }
  }
}

const inProjects = async (): Promise<void> => {
  const readmes = all.filter((page) => isChosen(page) && (isReadme(page) || isOfPackage(page)))
    .filter((page) => !page.steps.every(isInClone(page)))
  const projects = all.filter((page) => isChosen(page) && isProject(page))
  const guided = guides.some(isChosen)
  if (readmes.length === 0 && projects.length === 0 && !guided) return
  const nodes = [
    [process.versions.node, ownNode],
    [versionOf("node 22.19"), folderOf(await binaryOf("node 22.19"))]
  ] as const
  await withRegistry(async ({ npmrc }) => {
    const nameOf = (page: Page) => page.path.toLowerCase().replaceAll(/\W/g, "-")
    for (const page of readmes.filter(isOfPackage)) await inProject(nameOf(page), npmrc, { pages: [page] })
    for (const page of readmes.filter(isReadme)) {
      for (const manager of managers) {
        await inProject(`${nameOf(page)}-${manager}`, npmrc, { pages: [page], manager, translated: true, nodes })
      }
    }
    for (const page of projects) {
      await trySettings(page, await inProject(nameOf(page), npmrc, { pages: [page], nodes }))
    }
    if (!guided) return
    await inProject("guides", npmrc, { pages: guides })
    for (const manager of ["pnpm", "bun"] as const) {
      await inProject(`guides-${manager}`, npmrc, { pages: start, manager })
    }
  })
}

writeFileSync(join(out, ".curlrc"), "silent\nshow-error\nfail-with-body\n")
await inClone()
await inProjects()

for (const rule of chosen.length > 0 ? [] : rules) {
  if (!used.has(rule)) {
    report("scripts/documentation.ts", String(rule.command), "failed", "a rule that no command needs")
  }
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
process.exitCode = counts.failed > 0 ? 1 : 0
