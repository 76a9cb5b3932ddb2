import { relative } from "node:path"
import type { DocumentationEntryPoint } from "typedoc"
import ts from "typescript"

// What the reference owes its readers, beyond a comment on everything that is exported, which typedoc asks for itself:
//
// - field:    every field of an interface has a comment of its own, or stands in that of the interface by its name; one of
//             options has its own, and so has every member of a class, except for what it overrides
// - option:   the same holds for options that a function takes without naming their type
// - tags:     every export names its `@category` and `@since`
// - example:  every function has an example that runs (see ../doctest.ts), every module at least one
// - errors:   what can fail names every error that its type has, by name
// - default:  an optional field of options says what holds without it
// - unit:     a number says of what: a field, and what a function takes or gives
//
// A class without a constructor of its own (a tagged error, a service) is built by what effect documents, so that it needs
// no example. A generic error `E` is the caller's.

const fence = /^```ts import\.meta\.vitest$/m

const comments = (node: ts.Node): ReadonlyArray<string> => {
  // The comment of a constant hangs on its statement.
  const host = ts.isVariableDeclaration(node) ? node.parent.parent : node
  const text = host.getSourceFile().text
  return (ts.getLeadingCommentRanges(text, host.getFullStart()) ?? [])
    .map(({ end, pos }) => text.slice(pos, end))
    .filter((comment) => comment.startsWith("/**"))
    .slice(-1)
    .map((comment) => comment.slice(3, -2).replace(/^[ \t]*\*[ \t]?/gm, ""))
}

const tags: Readonly<Record<string, RegExp>> = {
  category: /^@category \S/m,
  since: /^@since \d+\.\d+\.\d+$/m
}

const isInternal = (node: ts.Node): boolean => comments(node).some((comment) => /^@internal\b/m.test(comment))

export const problems = (entryPoints: ReadonlyArray<DocumentationEntryPoint>): ReadonlyArray<string> => {
  const found: Array<string> = []
  for (const { program, sourceFile } of entryPoints) {
    if (sourceFile !== undefined) module(program.getTypeChecker(), sourceFile, found)
  }
  return found
}

const module = (checker: ts.TypeChecker, file: ts.SourceFile, found: Array<string>): void => {
  const add = (node: ts.Node, name: string, problem: string): void => {
    const { line } = file.getLineAndCharacterOfPosition(node.getStart())
    found.push(`${relative(process.cwd(), file.fileName)}:${line + 1}: ${name} ${problem}`)
  }
  const symbol = checker.getSymbolAtLocation(file)
  if (symbol === undefined) return
  if (!/^ \* ```ts import\.meta\.vitest$/m.test(file.text)) add(file, "the module", "has no example that runs")

  for (const exported of checker.getExportsOfModule(symbol)) {
    const name = exported.getName()
    const target = (exported.flags & ts.SymbolFlags.Alias) === 0 ? exported : checker.getAliasedSymbol(exported)
    const declarations = (target.declarations ?? []).filter((node) => !isInternal(node) && !isImplementation(node))
    const first = declarations[0]
    if (first === undefined) continue
    for (const declaration of declarations) {
      for (const comment of comments(declaration)) {
        for (const [tag, pattern] of Object.entries(tags)) {
          if (!pattern.test(comment)) add(declaration, name, `has no @${tag}`)
        }
      }
      if (ts.isClassDeclaration(declaration)) {
        for (const member of declaration.members) {
          if (comments(member).length === 0 && isOwn(member)) {
            add(member, `${name}.${member.name?.getText() ?? "constructor"}`, "is not documented")
          }
        }
      }
      for (const member of members(declaration)) {
        const memberName = `${name}.${member.name.getText()}`
        const text = comments(member).join("\n")
        const type = checker.getTypeAtLocation(member)
        errors(checker, type, text, member, memberName)
        if (!hasOwn(member, text, declaration, name)) add(member, memberName, "is not documented")
        if (text === "") continue
        if (isOptions(name) && member.questionToken !== undefined && !saysDefault.test(text)) {
          add(member, memberName, "does not say what holds without it")
        }
        if (isNumber(checker.getNonNullableType(type)) && !saysUnit.test(text)) {
          add(member, memberName, "is a number of nobody knows what: name its unit")
        }
      }
    }
    for (const field of declarations.flatMap(inlineOptions)) {
      const own = comments(field).join("\n")
      const all = `${own}\n${declarations.flatMap(comments).join("\n")}`
      const fieldName = `${name}(${field.name.getText()})`
      if (own === "" && !all.includes(`\`${field.name.getText()}\``)) add(field, fieldName, "is not documented")
      if (field.questionToken !== undefined && !saysDefault.test(all)) {
        add(field, fieldName, "does not say what holds without it")
      }
    }
    if ((target.flags & ts.SymbolFlags.Value) === 0) continue
    const type = checker.getTypeOfSymbolAtLocation(target, first)
    const text = declarations.flatMap(comments).join("\n")
    errors(checker, type, text, first, name)
    const isFunction = type.getCallSignatures().length > 0 ||
      declarations.some((node) => ts.isClassDeclaration(node) && node.members.some(ts.isConstructorDeclaration))
    if (isFunction && !fence.test(text)) add(first, name, "has no example that runs")
    if (hasNumber(checker, type, first) && !saysUnit.test(text)) {
      add(first, name, "takes or gives a number of nobody knows what: name its unit")
    }
  }

  function errors(checker: ts.TypeChecker, type: ts.Type, text: string, node: ts.Node, name: string): void {
    for (const error of new Set(errorNames(checker, checker.getNonNullableType(type)))) {
      if (!new RegExp(`\\b${error}\\b`).test(text)) add(node, name, `does not say when it fails with ${error}`)
    }
  }
}

const isOptions = (name: string): boolean => name.endsWith("Options")

const hasOwn = (member: Member, text: string, parent: ts.Node, name: string): boolean =>
  text !== "" || member.name.getText() === "_tag" ||
  (!isOptions(name) && comments(parent).some((comment) => comment.includes(`\`${member.name.getText()}\``)))

/** What a class overrides is documented where it comes from; what is private is nobody's. */
const isOwn = (member: ts.ClassElement): boolean =>
  (ts.getCombinedModifierFlags(member) & (ts.ModifierFlags.Override | ts.ModifierFlags.Private)) === 0

const saysDefault = /@default |\bdefaults?\b|\bwithout\b|\bunless\b/i

const saysUnit =
  /\b(?:milliseconds?|seconds?|minutes?|hours?|days?|bytes?|characters?|pixels?|port|units?|how many|how often|from [01])\b/i

const isNumber = (type: ts.Type): boolean => (type.flags & ts.TypeFlags.Number) !== 0

const hasNumber = (checker: ts.TypeChecker, type: ts.Type, at: ts.Node): boolean =>
  type.getCallSignatures().some((signature) => {
    const parameters = signature.getParameters().map((parameter) => checker.getTypeOfSymbolAtLocation(parameter, at))
    return [signature.getReturnType(), ...parameters].some((each) => isNumber(checker.getNonNullableType(each)))
  })

const isImplementation = (node: ts.Node): boolean =>
  ts.isFunctionDeclaration(node) && node.body !== undefined &&
  node.parent.getChildren().some((list) =>
    list.getChildren().some((other) =>
      ts.isFunctionDeclaration(other) && other.body === undefined && other.name?.text === node.name?.text
    )
  )

type Member = ts.PropertySignature | ts.MethodSignature

/** The fields of an interface, also those of the groups in it. */
const members = (node: ts.Node): ReadonlyArray<Member> => {
  const direct = ts.isInterfaceDeclaration(node) || ts.isTypeLiteralNode(node) ? Array.from(node.members) : []
  return direct.filter((member) => ts.isPropertySignature(member) || ts.isMethodSignature(member)).flatMap((member) =>
    member.type !== undefined && ts.isTypeLiteralNode(member.type) ? [member, ...members(member.type)] : [member]
  )
}

/** The fields of what a function takes, where their type is written in place. */
const inlineOptions = (declaration: ts.Node): ReadonlyArray<Member> => {
  const found: Array<Member> = []
  const visit = (node: ts.Node): void => {
    if (ts.isBlock(node)) return
    if (ts.isParameter(node) && node.type !== undefined) found.push(...members(node.type))
    ts.forEachChild(node, visit)
  }
  if (ts.isFunctionDeclaration(declaration) || ts.isVariableDeclaration(declaration)) visit(declaration)
  return found
}

/** Where the error stands among the type arguments. */
const positions: Readonly<Record<string, number>> = {
  Effect: 1,
  Exit: 1,
  Layer: 1,
  Result: 1,
  Sink: 3,
  Stream: 1
}

const errorNames = (checker: ts.TypeChecker, type: ts.Type): ReadonlyArray<string> => {
  const signatures = type.getCallSignatures()
  if (signatures.length > 0) {
    return signatures.flatMap((signature) => errorNames(checker, signature.getReturnType()))
  }
  const symbol = type.aliasSymbol ?? type.symbol
  const position = symbol === undefined ? undefined : positions[symbol.getName()]
  if (position === undefined) return []
  const error = (type.aliasTypeArguments ?? typeArguments(checker, type))[position]
  return error === undefined ? [] : namesOf(error)
}

const typeArguments = (checker: ts.TypeChecker, type: ts.Type): ReadonlyArray<ts.Type> =>
  isReference(type) ? checker.getTypeArguments(type) : []

const isReference = (type: ts.Type): type is ts.TypeReference =>
  (type.flags & ts.TypeFlags.Object) !== 0 && "target" in type

const namesOf = (error: ts.Type): ReadonlyArray<string> => {
  if ((error.flags & (ts.TypeFlags.Never | ts.TypeFlags.TypeParameter | ts.TypeFlags.Unknown)) !== 0) return []
  if (error.isUnion()) return error.types.flatMap(namesOf)
  return error.symbol === undefined ? [] : [error.symbol.getName()]
}
