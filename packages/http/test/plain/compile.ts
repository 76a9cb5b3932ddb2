// Compiles a file as a project does that says `strict` and nothing else.
import ts from "../../../../scripts/typetest/node_modules/typescript/lib/typescript.js"

export const compile = (file: string, options: ts.CompilerOptions = {}): ts.Program =>
  ts.createProgram([file], {
    strict: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    noEmit: true,
    skipLibCheck: true,
    // Within the repository the packages are their sources.
    allowImportingTsExtensions: true,
    types: [],
    ...options
  })

/** What the compiler says of a file of the program, a line each. */
export const told = (program: ts.Program, file: string): ReadonlyArray<string> =>
  ts.getPreEmitDiagnostics(program, program.getSourceFile(file)).map(({ messageText }) =>
    ts.flattenDiagnosticMessageText(messageText, "\n")
  )
