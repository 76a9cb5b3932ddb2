/**
 * A list as it lies on a disk, or comes by stdin: what it is, how it is encoded, and by which hash it is known again.
 *
 * It is read twice at least: once whole, to find all of that out, and once row by row. What can be read only once is written to a
 * temporary file before, which only its owner can read and which goes with the scope.
 */
import * as EucKrCodec from "@effect-sens/core/EucKrCodec"
import type * as Recipients from "@effect-sens/streams/Recipients"
import * as NodeStream from "@effect/platform-node/NodeStream"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type * as PlatformError from "effect/PlatformError"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
// @effect-diagnostics-next-line nodeBuiltinImport:off (a hash of what comes in pieces)
import { createHash } from "node:crypto"
// @effect-diagnostics-next-line nodeBuiltinImport:off (Effect's files are read from places, which a pipe has none of)
import { createReadStream } from "node:fs"

// -----------------------------------------------------------------------------
// Errors
// -----------------------------------------------------------------------------

/**
 * A list that cannot be read, or whose rows that are left out cannot be written.
 *
 * - `NotFound`: there is no such file
 * - `NoAccess`: it may not be read
 * - `Directory`: it is a folder
 * - `TooLarge`: more came by stdin than is kept, or a workbook unpacks to more than is read
 * - `OldWorkbook`: a workbook in the format of Excel 97-2003, or one with a password
 * - `BadWorkbook`: a workbook that is damaged, or no workbook but another archive
 * - `TooManyRows`: a workbook with more rows than are read
 * - `Unreadable`: reading it failed
 * - `SameFile`: the rows that are left out would take its place
 * - `Unwritable`: those cannot be written
 */
export class ListFileError extends Schema.TaggedError<ListFileError>("effect-sens/ListFileError")("ListFileError", {
  why: Schema.Literals([
    "NotFound",
    "NoAccess",
    "Directory",
    "TooLarge",
    "OldWorkbook",
    "BadWorkbook",
    "TooManyRows",
    "Unreadable",
    "SameFile",
    "Unwritable"
  ]),
  /** How much there may be, in bytes, or in rows of a workbook. */
  limit: Schema.optionalKey(Schema.Int)
}) {}

/** A file that is no longer what it was when it was checked. */
export class FileChanged extends Schema.TaggedError<FileChanged>("effect-sens/FileChanged")("FileChanged", {}) {}

const whyNot: { readonly [Tag in PlatformError.SystemErrorTag]?: ListFileError["why"] } = {
  NotFound: "NotFound",
  PermissionDenied: "NoAccess"
}

const unreadable = ({ reason }: PlatformError.PlatformError): ListFileError =>
  new ListFileError({ why: reason._tag === "BadArgument" ? "Unreadable" : whyNot[reason._tag] ?? "Unreadable" })

// -----------------------------------------------------------------------------
// Opening
// -----------------------------------------------------------------------------

/** A file that was looked at as a whole. */
export interface ListFile {
  /** Where it is read from. */
  readonly path: string
  /** How many bytes it has. */
  readonly bytes: number
  /** Its hash, in hex. */
  readonly sha256: string
  /** `rows`: no file, but what somebody has at hand. */
  readonly format: "csv" | "xlsx" | "rows"
  /** Those rows. */
  readonly rows?: ReadonlyArray<Recipients.Cells> | undefined
  /** How the text of a CSV file is encoded, and where that is broken. */
  readonly encoding: EucKrCodec.Detection
}

export interface Options {
  /** How it is encoded, where somebody knows. */
  readonly encoding?: EucKrCodec.Encoding | undefined
  /** The most bytes that are kept of what can be read only once. */
  readonly mostSpooled?: number | undefined
}

const chunkSize = 32768

const mostSpooled = 1_073_741_824

const startsWith = (bytes: Uint8Array, ...magic: ReadonlyArray<number>): boolean =>
  magic.every((byte, index) => bytes[index] === byte)

/** Writes what comes to a file of its owner's, as long as it is no more than may be. */
const spool = Effect.fnUntraced(function*<E>(
  bytes: Stream.Stream<Uint8Array, E>,
  most: number
): Effect.fn.Return<string, E | ListFileError | PlatformError.PlatformError, FileSystem.FileSystem | Scope.Scope> {
  const fs = yield* FileSystem.FileSystem
  // A folder of mode 0700 is what makeTemp makes: the file is its owner's before the first byte is in it.
  const folder = yield* fs.makeTempDirectoryScoped({ prefix: "effect-sens-" })
  const path = `${folder}/list`
  let size = 0
  const guarded = Stream.mapArrayEffect(bytes, (pieces) => {
    for (const { length } of pieces) size += length
    return size > most ? Effect.fail(new ListFileError({ why: "TooLarge", limit: most })) : Effect.succeed(pieces)
  })
  yield* Stream.run(guarded, fs.sink(path, { flag: "wx", mode: 0o600 }))
  return path
})

/** Where a source can be read as often as is needed. */
const locate = Effect.fnUntraced(function*(
  source: string,
  most: number
): Effect.fn.Return<
  string,
  ListFileError | PlatformError.PlatformError,
  FileSystem.FileSystem | Stdio.Stdio | Scope.Scope
> {
  const fs = yield* FileSystem.FileSystem
  if (source === "-") return yield* spool((yield* Stdio.Stdio).stdin, most)
  const { type } = yield* fs.stat(source)
  if (type === "Directory") return yield* new ListFileError({ why: "Directory" })
  return type === "File" ? source : yield* spool(piped(source), most)
})

/** What comes out of a pipe, as a shell's `<(...)` is: it is read in one go, and not from places, as files are. */
const piped = (path: string): Stream.Stream<Uint8Array, ListFileError> =>
  NodeStream.fromReadable({
    evaluate: () => createReadStream(path),
    onError: () => new ListFileError({ why: "Unreadable" })
  })

const look = Effect.fnUntraced(function*(
  source: string,
  options: Options
): Effect.fn.Return<
  ListFile,
  ListFileError | PlatformError.PlatformError,
  FileSystem.FileSystem | Stdio.Stdio | Scope.Scope
> {
  const fs = yield* FileSystem.FileSystem
  const path = yield* locate(source, options.mostSpooled ?? mostSpooled)
  const detector = EucKrCodec.makeDetector(options.encoding === undefined ? {} : { encoding: options.encoding })
  const hash = createHash("sha256")
  let head: Uint8Array = new Uint8Array(0)
  let size = 0
  let isText = true
  yield* Stream.runForEachArray(fs.stream(path, { chunkSize }), (pieces) =>
    Effect.sync(() => {
      for (const piece of pieces) {
        hash.update(piece)
        if (head.length < 8) head = Uint8Array.from([...head, ...piece.subarray(0, 8)])
        // What is packed is no text, and need not be looked at as one.
        isText &&= size > 0 || !startsWith(head, 0x50, 0x4b, 3, 4)
        size += piece.length
        if (isText) detector.push(piece)
      }
    }))
  if (startsWith(head, 0xd0, 0xcf, 0x11, 0xe0)) return yield* new ListFileError({ why: "OldWorkbook" })
  return {
    path,
    bytes: size,
    sha256: hash.digest("hex"),
    format: startsWith(head, 0x50, 0x4b, 3, 4) ? "xlsx" : "csv",
    encoding: detector.end()
  }
})

/**
 * Looks at all of a list: `-` is stdin. Fails with `ListFileError`.
 */
export const open = (
  source: string,
  options: Options = {}
): Effect.Effect<ListFile, ListFileError, FileSystem.FileSystem | Stdio.Stdio | Scope.Scope> =>
  Effect.mapError(
    look(source, options),
    (error) => error._tag === "ListFileError" ? error : unreadable(error)
  )

/**
 * A list that is no file: rows that somebody has at hand, by the names of their columns.
 */
export const inline = (rows: ReadonlyArray<{ readonly [column: string]: string }>): ListFile => {
  const columns = Array.from(new Set(rows.flatMap((row) => Object.keys(row))))
  const cells = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ""))]
  const json = JSON.stringify(cells)
  return {
    path: "",
    bytes: Buffer.byteLength(json),
    sha256: createHash("sha256").update(json).digest("hex"),
    format: "rows",
    rows: cells.map((cells, index) => ({ line: index + 1, cells })),
    encoding: { encoding: "UTF-8", bom: 0, broken: 0, index: undefined }
  }
}

// -----------------------------------------------------------------------------
// Reading
// -----------------------------------------------------------------------------

/**
 * The bytes of a file that was opened. Fails at their end with `FileChanged` where they are not those that were looked at, and with
 * `ListFileError` where they cannot be read any more.
 */
export const bytes = (
  { path, sha256 }: ListFile
): Stream.Stream<Uint8Array, FileChanged | ListFileError, FileSystem.FileSystem> =>
  Stream.unwrap(Effect.map(FileSystem.FileSystem, (fs) => {
    const hash = createHash("sha256")
    return fs.stream(path, { chunkSize }).pipe(
      Stream.mapError(unreadable),
      Stream.map((piece) => {
        hash.update(piece)
        return piece
      }),
      Stream.concat(
        Stream.suspend(() => hash.digest("hex") === sha256 ? Stream.empty : Stream.fail(new FileChanged()))
      )
    )
  }))
