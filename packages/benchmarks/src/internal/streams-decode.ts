// @effect-diagnostics globalDate:off
/**
 * One who decodes a page, in a process of its own: `streams-decode.ts <who> <page size>` takes its turns.
 *
 * @since 0.1.0
 */
import * as SearchResponse from "@effect-sens/core/SearchResponse"
import * as Option from "effect/Option"
import { z } from "zod"
import { log, page } from "./streams-page.ts"
import { take } from "./turns.ts"

const [who = "", size = 0] = [process.argv[2], Number(process.argv[3])]

const now = Date.parse("2026-03-31T00:00:00Z")
const text = page(log(size, now), { from: 0, to: now, pageIndex: 0, pageSize: size })

const text_ = z.string().nullish()
const code = z.union([z.string(), z.int()]).nullish()
const blankable = <S extends z.ZodType>(schema: S) => z.union([schema, z.literal("")]).nullish()

/** What our schema says, in zod. */
const zodPage = z.object({
  statusCode: code,
  statusName: text_,
  messages: z.array(z.object({
    requestId: text_,
    messageId: z.string().min(1),
    requestTime: text_,
    contentType: text_,
    type: text_,
    subject: text_,
    content: text_,
    countryCode: code,
    from: text_,
    to: z.string(),
    status: z.string(),
    statusCode: code,
    statusName: text_,
    statusMessage: text_,
    completeTime: text_,
    telcoCode: text_,
    files: blankable(z.array(z.object({ fileId: text_, name: text_ })))
  })).nullish(),
  pageIndex: blankable(z.int()),
  pageSize: blankable(z.int()),
  itemCount: blankable(z.int()),
  hasMore: blankable(z.boolean()),
  nextToken: text_
})

/** With one record that cannot be read. */
const damaged = text.replace("\"status\":", "\"state\":")

const read = (text: string) => Option.getOrThrow(SearchResponse.read(JSON.parse(text)))

const contestants: Readonly<Record<string, () => { readonly messages?: ReadonlyArray<unknown> | null | undefined }>> = {
  parse: () => JSON.parse(text),
  ours: () => read(text),
  unreadable: () => read(damaged),
  zod: () => zodPage.parse(JSON.parse(text)),
  // zod writes a function for each schema and compiles it. This is how it is where that is barred.
  zodInterpreted: () => zodPage.parse(JSON.parse(text), { jitless: true })
}

const contestant = contestants[who]
if (contestant === undefined) throw new Error(`Nobody is called ${who}`)

// Who does not see the whole page has no place in the table.
if (contestant().messages?.length !== (who === "unreadable" ? size - 1 : size)) {
  throw new Error("A page is not read whole")
}
if (who === "unreadable" && read(damaged).unreadable?.length !== 1) throw new Error("What is unreadable is not told")

take((calls) => {
  for (let call = 0; call < calls; call++) contestant()
  return Promise.resolve()
})
