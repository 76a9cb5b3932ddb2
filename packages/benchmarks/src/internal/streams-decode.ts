// @effect-diagnostics nodeBuiltinImport:off globalDate:off
/**
 * Decoding of pages in a process of its own, since a schema that was compiled once stays so: `node streams-decode.ts <page size>
 * [jit | log]` tells the best times, with the compiler of schemas, or as the delivery log decodes.
 *
 * @since 0.1.0
 */
import * as SearchResponse from "@effect-sens/core/SearchResponse"
import * as Option from "effect/Option"
import * as SchemaJITCompiler from "effect/schema/SchemaJITCompiler"
import { z } from "zod"
import { race } from "./harness.ts"
import { log, page } from "./streams-page.ts"

const size = Number(process.argv[2])
if (process.argv[3] === "jit") SchemaJITCompiler.enable(SearchResponse.SearchResponse.ast)

if (process.argv[3] === "log") await import("@effect-sens/streams/DeliveryLog")

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

const ours = () => SearchResponse.read(JSON.parse(text))
const damaged = text.replace("\"status\":", "\"state\":")
const unreadable = () => SearchResponse.read(JSON.parse(damaged))
const zod = () => zodPage.parse(JSON.parse(text))
/** zod writes a function for each schema and compiles it. This is how it is where that is barred, or as we are without the JIT. */
const zodInterpreted = () => zodPage.parse(JSON.parse(text), { jitless: true })

// Who does not see the whole page has no place in the table.
const read = Option.getOrThrow(ours())
const others = Option.getOrThrow(unreadable())
if (
  read.messages?.length !== size || others.messages?.length !== size - 1 || others.unreadable?.length !== 1 ||
  zod().messages?.length !== size || zodInterpreted().messages?.length !== size
) throw new Error("A page is not read whole")

process.stdout.write(
  JSON.stringify(
    race({ parse: () => JSON.parse(text), ours, unreadable, zod, zodInterpreted }, { rounds: 31, turn: 10 })
  )
)
