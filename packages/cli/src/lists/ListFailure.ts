/**
 * Whatever keeps a list from being checked or sent, as the command line tells of it.
 */
import * as ExitCode from "../ExitCode.ts"
import * as Failure from "../Failure.ts"
import type * as ListArguments from "./ListArguments.ts"
import type * as ListFile from "./ListFile.ts"
import type * as ListPlan from "./ListPlan.ts"
import * as ListText from "./ListText.ts"

/** What is wrong with what was asked for, and not with the list. */
const asked: ReadonlySet<ListFile.ListFileError["why"]> = new Set([
  "NotFound",
  "NoAccess",
  "Directory",
  "SameFile",
  "Unwritable"
])

/** A refusal of this list in both languages: code 2 where the command line is wrong, and 3 where the list is. */
export const of = (name: string) => (error: ListPlan.ReadError | ListArguments.ListUsageError): Failure.Refused => {
  const isUsage = error._tag === "ListUsageError" || error._tag === "ListFileError" && asked.has(error.why)
  return Failure.refuse(
    isUsage ? "Usage" : error._tag,
    isUsage ? ExitCode.table.usage.code : ExitCode.table.refused.code,
    { en: ListText.failure(error, name, "en"), ko: ListText.failure(error, name, "ko") }
  )
}
