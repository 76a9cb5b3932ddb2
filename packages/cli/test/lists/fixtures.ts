import * as EucKrCodec from "@effect-sens/core/EucKrCodec"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as ByteSize from "effect/ByteSize"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as ListFile from "../../src/lists/ListFile.ts"
import * as ListPlan from "../../src/lists/ListPlan.ts"

/** Noon in Korea. */
export const now = DateTime.makeUnsafe("2026-03-02T03:00:00Z")

export const settings: ListPlan.Settings = {
  content: "{이름}님, 안녕하세요",
  from: ListPlan.anySender,
  ad: false,
  noLms: false,
  charset: "EUC-KR",
  ignore: [],
  repair: false,
  keepRepeats: false
}

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

export const cp949 = (text: string): Uint8Array => Result.getOrThrow(EucKrCodec.encode(text, { charset: "CP949" }))

export const utf16 = (text: string): Uint8Array =>
  Uint8Array.from(`\ufeff${text}`.split("").flatMap((unit) => [unit.charCodeAt(0) & 0xff, unit.charCodeAt(0) >> 8]))

/** A disk with one file, which is read in pieces of so many bytes. */
export const disk = (bytes: Uint8Array, size = bytes.length) =>
  Layer.merge(
    FileSystem.layerNoop({
      stat: () => Effect.succeed({ ...info, size: ByteSize.bytes(bytes.length) }),
      stream: () =>
        Stream.rechunk(
          Stream.fromIterable(
            Array.from(
              { length: Math.ceil(bytes.length / size) },
              (_, index) => bytes.slice(index * size, (index + 1) * size)
            )
          ),
          1
        )
    }),
    Stdio.layerTest({})
  )

const info: FileSystem.File.Info = {
  type: "File",
  mtime: Option.none(),
  atime: Option.none(),
  birthtime: Option.none(),
  dev: 0n,
  ino: Option.none(),
  mode: 0o600,
  nlink: Option.none(),
  uid: Option.none(),
  gid: Option.none(),
  rdev: Option.none(),
  size: ByteSize.bytes(0),
  blksize: Option.none(),
  blocks: Option.none()
}

/** What becomes of each row, in words. */
export const words = (row: ListPlan.Outcome): string => {
  switch (row._tag) {
    case "Message":
      return `${row.line} ${row.message.type} ${row.message.to} ${row.message.content}`
    case "Refused":
      return `${row.line} ${row.reason.why}`
    default:
      return `${row.line} ${row._tag}`
  }
}

export const outcomes = (
  source: string,
  given: Partial<ListPlan.Settings> = {},
  options: Partial<ListPlan.Options> & ListFile.Options = {}
) =>
  Effect.flatMap(ListFile.open(source, options), (file) =>
    Effect.map(
      Stream.runCollect(
        ListPlan.outcomes(file, { ...settings, ...given }, { now, isSending: false, ...options })
      ),
      (rows) => Array.from(rows, words)
    ))

/** On a real disk, in a folder of its own. */
export const onDisk = <A, E>(
  effect: (folder: string) => Effect.Effect<A, E, NodeServices.NodeServices | Scope.Scope>
) =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    return yield* effect(yield* fs.makeTempDirectoryScoped({ prefix: "effect-sens-test-" }))
  }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
