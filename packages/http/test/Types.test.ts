// What an editor shows whoever hovers: a type by its name, and of each field what it is.
import { assert, describe, it } from "@effect/vitest"
import { fileURLToPath } from "node:url"
import ts from "../../../scripts/typetest/node_modules/typescript/lib/typescript.js"
import { compile } from "./plain/compile.ts"

const file = fileURLToPath(new URL("hovered.ts", import.meta.url))

const program = compile(file)
const checker = program.getTypeChecker()

const hovered = new Map(
  (program.getSourceFile(file)?.statements ?? []).flatMap((statement) =>
    ts.isVariableStatement(statement) && statement.modifiers?.[0]?.kind === ts.SyntaxKind.ExportKeyword
      ? statement.declarationList.declarations.map((declaration) =>
        [declaration.name.getText(), checker.getTypeAtLocation(declaration)] as const
      )
      : []
  )
)

const byName = Array.from(hovered, ([name, type]) => [name, checker.typeToString(type)])

describe("an editor", () => {
  it("shows types by their names", () => {
    assert.deepStrictEqual(byName, [
      ["sms", "Sms"],
      ["lms", "Lms"],
      ["mms", "Mms"],
      ["recipient", "Recipient"],
      ["lmsRecipient", "LmsRecipient"],
      ["picture", "File"],
      ["reserve", "Reserve"],
      ["query", "SearchQuery"],
      ["accepted", "SendResponse"],
      ["page", "SearchResponse"],
      ["record", "MessageRecord"],
      ["unreadable", "UnreadableRecord"],
      ["uploaded", "UploadResponse"],
      ["reservation", "ReservationStatus"],
      ["listed", "UnsubscribeResponse"],
      ["entry", "UnsubscribeEntry | undefined"],
      ["intent", "SendIntent"],
      ["issue", "RequestIssue"],
      ["options", "Options"],
      ["sendOptions", "SendOptions"]
    ])
  })

  it.each(byName)("shows the words of each field of %s", (name) => {
    const type = hovered.get(name)
    if (type === undefined) return assert.fail(name)
    const parts = type.isUnion() ? type.types : [type]
    const fields = parts.flatMap((part) => checker.getPropertiesOfType(checker.getNonNullableType(part)))
    assert.isAbove(fields.length, 0)
    const silent = fields.filter((field) => ts.displayPartsToString(field.getDocumentationComment(checker)) === "")
    assert.deepStrictEqual(silent.map((field) => field.getName()), [])
  })
})
