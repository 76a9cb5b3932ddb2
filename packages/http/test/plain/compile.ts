// Compiles a file as a project does that says `strict` and nothing else.
import ts from "../../../../scripts/typetest/node_modules/typescript/lib/typescript.js"

const defaults: ts.CompilerOptions = {
  strict: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  noEmit: true,
  skipLibCheck: true,
  // Within the repository the packages are their sources.
  allowImportingTsExtensions: true,
  types: []
}

export const compile = (file: string, options: ts.CompilerOptions = {}): ts.Program =>
  ts.createProgram([file], { ...defaults, ...options })

/** The same of a text, as if it stood in the file, which need not be there. */
export const compileText = (file: string, text: string): ts.Program => {
  const host = ts.createCompilerHost(defaults)
  const { fileExists, readFile } = host
  host.fileExists = (path) => path === file || fileExists(path)
  host.readFile = (path) => path === file ? text : readFile(path)
  host.getSourceFile = (path, language) => {
    const source = host.readFile(path)
    return source === undefined ? undefined : ts.createSourceFile(path, source, language)
  }
  return ts.createProgram([file], defaults, host)
}

/** What the compiler says of a file of the program, a line each. */
export const told = (program: ts.Program, file: string): ReadonlyArray<string> =>
  ts.getPreEmitDiagnostics(program, program.getSourceFile(file)).map(({ messageText }) =>
    ts.flattenDiagnosticMessageText(messageText, "\n")
  )
