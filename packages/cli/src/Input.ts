/**
 * What is read of stdin and of files that a command line names.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"

/** What the last line of a file ends with is not of its text. */
export const withoutLastBreak = (text: string): string => text.replace(/\r?\n$/, "")

/** All of stdin, as UTF-8. */
export const stdin = Effect.gen(function*() {
  const { stdin } = yield* Stdio.Stdio
  return yield* Stream.mkString(Stream.decodeText(stdin))
})

/** A file of settings. What the `>` of an older PowerShell writes is UTF-16, with a mark before it. */
export const settings = Effect.fnUntraced(function*(path: string) {
  const bytes = yield* FileSystem.FileSystem.use((fs) => fs.readFile(path))
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe
    ? "utf-16le"
    : bytes[0] === 0xfe && bytes[1] === 0xff
    ? "utf-16be"
    : "utf-8"
  // The decoder takes the mark of its own encoding away.
  return new TextDecoder(encoding).decode(bytes)
})

/** An argument that may be `-`, for the text of stdin. */
export const text = (given: string): Effect.Effect<string, Stream.Error<Stdio.Stdio["stdin"]>, Stdio.Stdio> =>
  given === "-" ? Effect.map(stdin, withoutLastBreak) : Effect.succeed(given)
