import { globSync, readFileSync } from "node:fs"
import { basename, dirname, join, matchesGlob, relative, resolve, sep } from "node:path"
import { fileURLToPath } from "node:url"
import * as TypeDoc from "typedoc"
import ts from "typescript"
import { problems } from "./rules.ts"

// Writes the API reference of the published packages into docs/api, and fails where something of it is missing: what
// typedoc can tell (an export without a comment, a link to nowhere), and the rules of rules.ts.
//
// TypeScript 7 has no programming interface, so this folder is a package of its own with the TypeScript that typedoc drives.

const root = fileURLToPath(new URL("../..", import.meta.url))
process.chdir(root)

interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly exports?: Record<string, string | null>
}

/** The files that `exports` opens, by the name under which they are imported. The barrel says nothing of its own. */
const modules = new Map(
  globSync("packages/*/package.json").sort().flatMap((file) => {
    const manifest: Manifest = JSON.parse(readFileSync(file, "utf8"))
    const opened = manifest.exports?.["./*"]
    if (manifest.private === true || typeof opened !== "string") return []
    const folder = dirname(file)
    const closed = Object.entries(manifest.exports ?? {}).filter(([, target]) => target === null)
    return globSync(join(folder, opened)).sort()
      .map((path) => ({ path, entry: `./${basename(path, ".ts")}` }))
      .filter(({ entry }) => !closed.some(([pattern]) => matchesGlob(entry, pattern)))
      .map(({ entry, path }) => [resolve(path), `${manifest.name}/${entry.slice("./".length)}`] as const)
  })
)

const app = await TypeDoc.Application.bootstrap({
  name: "effect-sens",
  entryPoints: Array.from(modules.keys(), (path) => relative(root, path)),
  tsconfig: join(import.meta.dirname, "tsconfig.json"),
  readme: "none",
  // The gate `types` has checked them.
  skipErrorChecking: true,
  // What is inherited from effect is documented there.
  excludeExternals: true,
  excludeInternal: true,
  // Sources are named by the folder on this machine, or by a commit that nobody else may have.
  disableSources: true,
  includeVersion: false,
  hideGenerator: true,
  sort: ["source-order"],
  kindSortOrder: [],
  defaultCategory: "other",
  // Not `Property` and `Accessor`: typedoc would ask for every field of a schema again in each type that is made of it, some
  // 2,700 of them. rules.ts asks for the fields that are written by hand.
  requiredToBeDocumented: [
    "Class",
    "Enum",
    "EnumMember",
    "Function",
    "Interface",
    "Method",
    "Module",
    "Namespace",
    "TypeAlias",
    "Variable"
  ],
  validation: { invalidLink: true, notDocumented: true, notExported: true },
  treatValidationWarningsAsErrors: true,
  treatWarningsAsErrors: true
})

const header = /^\/\*\*\n([\s\S]*?) \*\//

/** The first comment of a file is about the module: typedoc takes it for that only where it says `@module`. */
const describe = (module: TypeDoc.DeclarationReflection, path: string): void => {
  const [, comment = ""] = header.exec(readFileSync(path, "utf8")) ?? []
  const lines = comment.split("\n").map((line) => line.replace(/^ \* ?/, ""))
  const text = lines.filter((line) => !line.startsWith("@")).join("\n").trim()
  if (text === "") return
  const source = new TypeDoc.MinimalSourceFile(text, TypeDoc.normalizePath(path))
  const { content } = app.converter.parseRawComment(source, module.project.files)
  const tags = lines.flatMap((line) => {
    const [, tag, value = ""] = /^(@[a-z]+) (.+)$/.exec(line) ?? []
    return tag === undefined ? [] : [new TypeDoc.CommentTag(`@${tag.slice(1)}`, [{ kind: "text", text: value }])]
  })
  module.comment = new TypeDoc.Comment(content, tags)
}

/** A type by the name that the source gives it, without the `undefined` of what may be left out. */
const nameOf = (node: ts.TypeNode | undefined): ts.TypeReferenceNode | undefined => {
  if (node === undefined || ts.isTypeReferenceNode(node)) return node
  if (!ts.isUnionTypeNode(node)) return undefined
  const [only, ...others] = node.types.filter(({ kind }) => kind !== ts.SyntaxKind.UndefinedKeyword)
  return others.length === 0 ? nameOf(only) : undefined
}

// `type X = typeof X.Type` has no name of its own for the compiler, so typedoc would write out all fields of a schema wherever
// its type is used.
const useName = (
  context: TypeDoc.Context,
  reflection: TypeDoc.DeclarationReflection | TypeDoc.SignatureReflection | TypeDoc.ParameterReflection,
  node: ts.TypeNode | undefined
): void => {
  const name = nameOf(node)
  if (name === undefined || reflection.type === undefined) return
  context.project.removeTypeReflections(reflection.type)
  reflection.type = context.converter.convertType(context, name)
}

app.converter.on(
  TypeDoc.Converter.EVENT_CREATE_SIGNATURE,
  (
    context: TypeDoc.Context,
    signature: TypeDoc.SignatureReflection,
    declaration?: ts.SignatureDeclaration | ts.JSDocSignature
  ) => {
    if (declaration === undefined || ts.isJSDocSignature(declaration)) return
    useName(context, signature, declaration.type)
    for (const [index, parameter] of (signature.parameters ?? []).entries()) {
      useName(context, parameter, declaration.parameters[index]?.type)
    }
  }
)

app.converter.on(
  TypeDoc.Converter.EVENT_CREATE_DECLARATION,
  (context: TypeDoc.Context, reflection: TypeDoc.DeclarationReflection) => {
    for (const node of context.getSymbolFromReflection(reflection)?.declarations ?? []) {
      if (ts.isPropertySignature(node)) useName(context, reflection, node.type)
    }
  }
)

app.converter.on(TypeDoc.Converter.EVENT_RESOLVE_BEGIN, (context: TypeDoc.Context) => {
  for (const [path, name] of modules) {
    const file = relative(join(root, "packages"), path).replace(/\.ts$/, "").split(sep).join("/")
    const module = context.project.getChildByName([file])
    if (!(module instanceof TypeDoc.DeclarationReflection)) throw new Error(`typedoc does not know ${file}`)
    module.name = name
    describe(module, path)
  }
})

const project = await app.convert()
if (project === undefined) throw new Error("typedoc cannot read the sources")

/** What stays private though a public type is made of it: the type says all there is to know. */
const hidden: Readonly<Record<string, Array<string>>> = {
  "@effect-sens/core": [
    // The tables of the result codes; they are in docs/result-codes.md.
    "deliveryCodes.ts:report",
    "deliveryCodes.ts:response",
    "deliveryCodes.ts:emma",
    // Some of the names that `Preflight.Rule` explains in its table.
    "text.ts:TextRule"
  ],
  "@effect-sens/streams": [
    // How `BulkSend` says by types that outcomes are generic.
    "BulkSend.ts:OutcomeDefinition"
  ]
}

// typedoc asks of one package alone that all its types be exported and documented: the one that the project is named after.
for (const name of new Set(Array.from(modules.values(), dirname))) {
  project.packageName = name
  app.options.setValue("intentionallyNotExported", hidden[name] ?? [])
  app.validate(project)
  app.options.setValue("validation", { invalidLink: false, notDocumented: true, notExported: true })
}

project.packageName = "effect-sens"

const found = problems(app.getEntryPoints() ?? [])
for (const problem of found) console.error(problem)

const out = "docs/api"
await app.generateDocs(project, out)
const local = globSync(`${out}/**/*.html`).filter((page) => readFileSync(page, "utf8").includes(root))
for (const page of local) console.error(`${page} names a folder of this machine`)

if (found.length + local.length > 0 || app.logger.hasErrors() || app.logger.hasWarnings()) process.exitCode = 1
else console.log(`${out}/index.html: ${modules.size} modules, and everything that they export is documented`)
