/**
 * Where the program keeps what it has to find again: folders of this user alone.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import type * as PlatformError from "effect/PlatformError"
import { homedir } from "node:os"

const isWindows = process.platform === "win32"

/** A variable that names no absolute path is none. */
const folder = (variable: string, windows: string, home: ReadonlyArray<string>, windowsHome: ReadonlyArray<string>) =>
  Effect.map(Path.Path, (path) => {
    const { env } = process
    const said = env[isWindows ? windows : variable] ?? ""
    const base = path.isAbsolute(said) ? said : path.join(homedir(), ...isWindows ? windowsHome : home)
    return path.join(base, "effect-sens")
  })

/** Where settings are: `$XDG_CONFIG_HOME/effect-sens`, on Windows `%APPDATA%`. */
export const config: Effect.Effect<string, never, Path.Path> = folder(
  "XDG_CONFIG_HOME",
  "APPDATA",
  [".config"],
  ["AppData", "Roaming"]
)

/** Where journals are: `$XDG_STATE_HOME/effect-sens`, on Windows `%LOCALAPPDATA%`. */
export const state: Effect.Effect<string, never, Path.Path> = folder(
  "XDG_STATE_HOME",
  "LOCALAPPDATA",
  [".local", "state"],
  ["AppData", "Local"]
)

/** Whether others may look into what has these mode bits. Windows has none: there it lies in the profile of the user. */
export const isOpen = (mode: number): boolean => !isWindows && (mode & 0o077) !== 0

/** The folder, made where it is not there, and closed to others. */
export const make = Effect.fnUntraced(function*(
  path: string
): Effect.fn.Return<string, PlatformError.PlatformError, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem
  yield* fs.makeDirectory(path, { recursive: true, mode: 0o700 })
  if (!isWindows && isOpen((yield* fs.stat(path)).mode)) yield* fs.chmod(path, 0o700)
  return path
})

/** A file that nobody sees half: written beside it, and put in its place. Others may not read it. */
export const writeFile = Effect.fnUntraced(function*(
  path: string,
  data: string
): Effect.fn.Return<void, PlatformError.PlatformError, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem
  const beside = `${path}.${process.pid}.part`
  yield* fs.remove(beside, { force: true })
  yield* Effect.scoped(Effect.gen(function*() {
    const file = yield* fs.open(beside, { flag: "wx", mode: 0o600 })
    yield* file.writeAll(new TextEncoder().encode(data))
    yield* file.sync
  })).pipe(
    Effect.andThen(fs.rename(beside, path)),
    Effect.onError(() => Effect.ignore(fs.remove(beside, { force: true })))
  )
})

/** What was put into a folder is there after a loss of power as well. Windows has no such call. */
export const syncFolder = (
  folder: string
): Effect.Effect<void, PlatformError.PlatformError, FileSystem.FileSystem> =>
  isWindows
    ? Effect.void
    : Effect.scoped(Effect.flatMap(
      FileSystem.FileSystem.use((fs) => fs.open(folder, { flag: "r" })),
      (file) => file.sync
    ))
