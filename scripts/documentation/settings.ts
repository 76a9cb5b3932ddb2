import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { run } from "../packages.ts"

// What a page says of settings of TypeScript: a table whose first column is a part of `compilerOptions`, and whose others are
// headed by a version. A cell says `works`, or the number of an error.

export interface Setting {
  readonly line: number
  /** A part of `compilerOptions`, as JSON without its braces. */
  readonly options: string
  readonly version: string
  readonly says: string
}

const cells = (line: string): ReadonlyArray<string> => line.split("|").slice(1, -1).map((cell) => cell.trim())

/** What the table says, a setting for each of its cells. */
export const settingsOf = (page: string): ReadonlyArray<Setting> => {
  const lines = page.split("\n")
  const head = lines.findIndex((line) => /^\| setting .*\bTypeScript \d/.test(line))
  if (head === -1) return []
  const versions = cells(lines[head] ?? "").slice(1).map((title) => title.replace("TypeScript ", ""))
  const end = lines.findIndex((line, index) => index > head && !line.startsWith("|"))
  return lines.slice(head + 2, end).flatMap((line, index) => {
    const [options = "", ...said] = cells(line)
    return said.map((says, column) => ({
      line: head + 3 + index,
      options: options.replaceAll("`", ""),
      version: versions[column] ?? "",
      says
    }))
  })
}

export interface Verdict extends Setting {
  /** The numbers of the errors, each once. */
  readonly verdict: ReadonlyArray<string>
}

interface Place {
  /** A project with a file `texts.ts`. */
  readonly folder: string
  /** Where the compilers are kept. */
  readonly home: string
}

const verdictOf = async ({ options, version }: Setting, { folder, home }: Place): Promise<ReadonlyArray<string>> => {
  const compiler = join(home, version)
  const tsc = join(compiler, "node_modules/typescript/bin/tsc")
  if (!existsSync(tsc)) {
    mkdirSync(compiler, { recursive: true })
    writeFileSync(join(compiler, "package.json"), JSON.stringify({ private: true }))
    await run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", `typescript@${version}`], {
      cwd: compiler
    })
  }
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: "es2022",
    module: "nodenext",
    rootDir: ".",
    types: ["node"],
    skipLibCheck: true,
    ...JSON.parse(`{${options}}`) as object
  }
  const file = join(folder, `tsconfig.${version}.json`)
  writeFileSync(file, JSON.stringify({ compilerOptions, files: ["texts.ts"] }))
  return run(process.execPath, [tsc, "-p", file], { cwd: folder }).then(
    () => [],
    (error: Error) => [...new Set(error.message.match(/\bTS\d+/g) ?? [error.message])]
  )
}

/** What the compilers say, each compiler at the same time as the others. */
export const verdictsOf = async (
  settings: ReadonlyArray<Setting>,
  place: Place
): Promise<ReadonlyArray<Verdict>> => {
  const all = await Promise.all(
    [...new Set(settings.map(({ version }) => version))].map(async (version) => {
      const verdicts: Array<Verdict> = []
      for (const setting of settings.filter((setting) => setting.version === version)) {
        verdicts.push({ ...setting, verdict: await verdictOf(setting, place) })
      }
      return verdicts
    })
  )
  return all.flat()
}
