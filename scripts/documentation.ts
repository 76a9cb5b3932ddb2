import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, dirname, join, posix, resolve } from "node:path"
import { type Page, pages, type Step } from "./documentation/markdown.ts"
import * as Session from "./documentation/session.ts"
import { pnpm, root, scope } from "./packages.ts"
import { withRegistry } from "./registry.ts"
import { binaryOf } from "./runtimes.ts"

// Runs every command of the pages as it is written, in the order of a reader, and tells what became of each:
// `npm run docs:check`, or some pages alone: `npm run docs:check -- README.md docs/testing.md`. Commands are what stands in
// fences of `sh`, and code spans such as `npm start -- --help`. The last line is `N passed, N failed, N skipped`.
//
// A command runs where its reader is. Who works on the project is in a clone of it, with the machine's own Node and nothing
// installed. Who uses it is in a project of his own: from the first command on that names a package of ours, and on the pages
// of docs/ that are for users. There the packages come from a registry on this machine that was filled from this tree.

// -----------------------------------------------------------------------------
// What cannot run as it is
// -----------------------------------------------------------------------------

type Rule =
  & { readonly command: RegExp; readonly why: string }
  & (
    | { readonly does: "Serve"; readonly says: RegExp }
    | { readonly does: "Ask"; readonly says: RegExp }
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
    command: /^npm run bench$/,
    does: "Skip",
    why: "takes about ten minutes; one benchmark alone is run, and a gate runs some"
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
const guides = all.filter(isGuide).sort((a, b) => index.indexOf(a.path) - index.indexOf(b.path))
const start = guides.filter(({ path }) => path === "docs/getting-started.md")

/** The first step of a page that is taken in a project of its reader. */
const border = (page: Page): number => {
  if (isGuide(page) || isOfPackage(page)) return 0
  if (!isReadme(page)) return page.steps.length
  const first = page.steps.findIndex((step) => step._tag === "Command" && step.text.includes("@effect-sens/"))
  return first === -1 ? page.steps.length : first
}

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
  const ran = rule === undefined || rule.does === "Prepare"
    ? await session.run(command)
    : await (rule.does === "Serve" ? session.serve : session.ask)(command, rule.says)
  const time = `${(ran.milliseconds / 1000).toFixed(1)} s${rule === undefined ? "" : `; ${rule.why}`}`
  if (ran.failure === undefined) return report(where, command, "passed", time)
  report(where, command, "failed", `${ran.failure}, ${time}`)
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
    CURL_HOME: out
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
    page.steps.slice(0, border(page)).flatMap((step) => step._tag === "Command" ? [{ page, step }] : [])
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

const inProject = async (
  name: string,
  npmrc: string,
  read: ReadonlyArray<Page>,
  manager: Manager
): Promise<void> => {
  const folder = join(out, name)
  mkdirSync(folder)
  writeFileSync(join(folder, ".npmrc"), npmrc)
  // The guides make their project themselves.
  if (!read.some(isGuide)) {
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }))
  }
  const environment = machine()
  const node = dirname(resolve(root, "node_modules/node/bin/node"))
  const session = Session.open(folder, `${folder}.state`, {
    ...environment,
    PATH: [node, environment["PATH"], await tools()].join(delimiter),
    // What npx and Bun have kept of a version they take for that version, and here it has been built anew.
    npm_config_cache: join(out, "npm"),
    BUN_INSTALL_CACHE_DIR: join(out, "bun"),
    DENO_DIR: join(root, "node_modules/.cache/smoke/deno"),
    DENO_NO_UPDATE_CHECK: "1"
  })
  try {
    for (const page of read) {
      for (const step of page.steps.slice(border(page))) {
        if (step._tag === "Save") writeFileSync(join(folder, step.name), step.text)
        // A reader picks one of them.
        else if (managerOf(step) === undefined || managerOf(step) === manager) {
          await take(session, `${page.path}:${step.line}${manager === "npm" ? "" : ` (with ${manager})`}`, step.text)
        }
      }
    }
  } finally {
    await session.close()
  }
}

const inProjects = async (): Promise<void> => {
  const readmes = all.filter((page) => isChosen(page) && (isReadme(page) || isOfPackage(page)))
    .filter((page) => border(page) < page.steps.length)
  const guided = guides.some(isChosen)
  if (readmes.length === 0 && !guided) return
  await withRegistry(async ({ npmrc }) => {
    for (const page of readmes) await inProject(page.path.toLowerCase().replaceAll(/\W/g, "-"), npmrc, [page], "npm")
    if (!guided) return
    await inProject("guides", npmrc, guides, "npm")
    for (const manager of ["pnpm", "bun"] as const) await inProject(`guides-${manager}`, npmrc, start, manager)
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
