/**
 * Files beside a file: what was moved out of its way, and the next one while it is written.
 */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as PlatformError from "effect/PlatformError"
import * as FileLock from "./fileLock.ts"

type Try<A> = Effect.Effect<A, PlatformError.PlatformError>

const isTaken = (error: PlatformError.PlatformError): boolean => error.reason._tag === "AlreadyExists"

const orIfTaken = <A>(self: Try<A>, next: () => Try<A>): Try<A> => Effect.catchIf(self, isTaken, next)

// Not every system has hard links.
const orWithoutLinks = <A>(self: Try<A>, next: () => Try<A>): Try<A> =>
  Effect.catchIf(self, (error) => !isTaken(error), next)

/** Of the folder and the name, as the system of this process divides them. */
const divide = (path: string): { readonly folder: string; readonly name: string } => {
  const at = process.platform === "win32"
    ? Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"))
    : path.lastIndexOf("/")
  return at === -1 ? { folder: "./", name: path } : { folder: path.slice(0, at + 1), name: path.slice(at + 1) }
}

export interface Beside {
  /**
   * Puts a new file in the place of the file, whole or not at all, and on the disk before the other goes; `free` is a place
   * where nothing may stand.
   */
  readonly put: (place: "free" | "own", write: (made: FileSystem.File) => Try<void>) => Try<void>
  /** Writes bytes under the first name of this kind that nothing has, and says which. */
  readonly keep: (suffix: string, bytes: Uint8Array) => Try<string>
  /** Gives the file itself such a name. */
  readonly move: (suffix: string) => Try<string>
  /** Removes what a process that died left of a file that it was writing, which begins in this way. */
  readonly tidy: (beginning: Uint8Array) => Effect.Effect<void>
  /** Leaves of the files of these kinds only a part; one that cannot be cleaned is told in the log. */
  readonly clean: (suffixes: ReadonlyArray<string>, part: (bytes: Uint8Array) => Uint8Array) => Effect.Effect<void>
}

export const make = (fs: FileSystem.FileSystem, path: string): Beside => {
  const { folder, name } = divide(path)

  const removed = (file: string) => Effect.ignore(fs.remove(file))

  const written = (file: string, write: (made: FileSystem.File) => Try<void>): Try<void> =>
    Effect.scoped(
      Effect.flatMap(
        fs.open(file, { flag: "wx", mode: 0o600 }),
        (made) => Effect.onError(Effect.andThen(write(made), made.sync), () => removed(file))
      )
    )

  // Not every system lets a program open a folder.
  const syncFolder = Effect.ignore(
    Effect.scoped(Effect.flatMap(fs.open(folder, { flag: "r" }), (opened) => opened.sync))
  )

  const free = (suffix: string, use: (free: string) => Try<void>): Try<string> => {
    const attempt = (n: number): Try<string> => {
      const file = `${path}${suffix}${n === 0 ? "" : `.${n}`}`
      return orIfTaken(Effect.as(use(file), file), () => attempt(n + 1))
    }
    return attempt(0)
  }

  // A pipe would keep whoever opens it waiting, and a link leads to what is somebody else's.
  const isFile = (file: string) =>
    Effect.isSuccess(fs.readLink(file)).pipe(
      Effect.flatMap((isLink) =>
        isLink ? Effect.succeed(false) : Effect.map(fs.stat(file), ({ type }) => type === "File")
      ),
      Effect.orElseSucceed(() => false)
    )

  /** Unlike a rename, it overwrites nothing that somebody else made. */
  const renameTo = (from: string, to: string): Try<void> =>
    orWithoutLinks(
      Effect.andThen(fs.link(from, to), fs.remove(from)),
      () =>
        Effect.flatMap(fs.stat(from), ({ type }) =>
          Effect.andThen(
            // There is no link to a folder either.
            type === "Directory"
              ? fs.makeDirectory(to)
              : fs.writeFile(to, new Uint8Array(), { flag: "wx", mode: 0o600 }),
            Effect.onError(fs.rename(from, to), () => removed(to))
          ))
    )

  const names = Effect.orElseSucceed(fs.readDirectory(folder), (): ReadonlyArray<string> => [])

  return {
    put: (place, write) =>
      Effect.flatMap(FileLock.unique, (id) => {
        const made = `${path}.${id}.new`
        return written(made, write).pipe(
          Effect.andThen(
            Effect.onError(place === "own" ? fs.rename(made, path) : renameTo(made, path), () => removed(made))
          ),
          Effect.andThen(syncFolder)
        )
      }),
    keep: (suffix, bytes) =>
      Effect.tap(free(suffix, (file) => written(file, (made) => made.writeAll(bytes))), () => syncFolder),
    move: (suffix) => free(suffix, (file) => renameTo(path, file)),
    tidy: (beginning) =>
      Effect.gen(function*() {
        for (const found of yield* names) {
          if (
            !found.startsWith(`${name}.`) || !/^\d+\.[0-9a-z]+\.[0-9a-z]+\.new$/.test(found.slice(name.length + 1))
          ) continue
          const file = `${folder}${found}`
          if (!(yield* isFile(file))) continue
          const first = yield* Effect.scoped(
            Effect.flatMap(fs.open(file, { flag: "r" }), (opened) => opened.readAlloc(beginning.length))
          )
          const bytes = first._tag === "None" ? new Uint8Array() : first.value
          if (bytes.every((byte, i) => byte === beginning[i])) yield* fs.remove(file)
        }
      }).pipe(Effect.ignore),
    clean: (suffixes, part) =>
      Effect.gen(function*() {
        for (const found of yield* names) {
          const own = suffixes.some((suffix) => {
            const start = `${name}${suffix}`
            return found.startsWith(start) && /^(?:\.\d+)?$/.test(found.slice(start.length))
          })
          if (!own) continue
          const file = `${folder}${found}`
          if (!(yield* isFile(file))) continue
          yield* Effect.catch(
            Effect.gen(function*() {
              const bytes = yield* fs.readFile(file)
              const rest = part(bytes)
              if (rest.length === bytes.length) return
              if (rest.length === 0) return yield* fs.remove(file)
              const made = `${path}.${yield* FileLock.unique}.new`
              yield* written(made, (opened) => opened.writeAll(rest))
              yield* Effect.onError(fs.rename(made, file), () => removed(made))
            }),
            () => Effect.logWarning(`${file} cannot be cleaned of texts`)
          )
        }
      })
  }
}
