import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Storage from "@effect-sens/emulator/Storage"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as PlatformError from "effect/PlatformError"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { base, call, folder, send, sms } from "./support.ts"

const path = Effect.map(folder, (folder) => `${folder}/events`)

const life = <A, E, R>(file: string, program: Effect.Effect<A, E, R>, options: Emulator.Options = {}) =>
  Effect.scoped(Effect.provide(
    program,
    Layer.unwrap(Effect.map(Storage.file(file), (storage) => EmulatorClient.layer({ ...options, storage }))),
    { local: true }
  ))

const texts = Effect.flatMap(
  Emulator.Emulator,
  (emulator) => Effect.map(emulator.allMessages, (messages) => messages.map(({ content }) => content))
)

const say = (content: string) => send(sms({ content }))

const refusal = (file: string) => Effect.flip(Effect.scoped(Storage.file(file)))

const Bytes = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 255 })))

describe("a file that is not its own", () => {
  it.effect("is refused and left alone, whatever is in it", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const file = yield* path
      const foreign = [
        "a note",
        "a note\n",
        "{",
        "{}",
        "[1,2]\n",
        "\u0000",
        "{\"_tag\":\"Acc",
        "{\"_tag\":\"Other\"}\n",
        "\n"
      ]
      for (const text of foreign) {
        yield* fs.writeFileString(file, text, { mode: 0o644 })
        yield* fs.chmod(file, 0o644)
        const error = yield* refusal(file)
        assert.deepInclude(error, { _tag: "NotAnEventFile", line: 1 })
        assert.include(error.message, "left as it is")
        assert.strictEqual(yield* fs.readFileString(file), text)
        assert.strictEqual((yield* fs.stat(file)).mode & 0o777, 0o644)
      }
      const names = yield* fs.readDirectory(file.slice(0, -"/events".length))
      assert.deepStrictEqual(names, ["events"])
    }).pipe(Effect.provide(NodeFileSystem.layer)))

  it.effect.prop("foreign bytes, alone or after its own, change nothing", [Bytes], ([bytes]) =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const file = yield* path
      // Never the beginning of an event, and never nothing.
      const foreign = Uint8Array.from([0xff, ...bytes])
      yield* fs.writeFile(file, foreign)
      assert.strictEqual((yield* refusal(file))._tag, "NotAnEventFile")
      assert.deepStrictEqual(Uint8Array.from(yield* fs.readFile(file)), foreign)
      const own = `${file}.own`
      yield* life(own, say("가"))
      const both = Uint8Array.from([...yield* fs.readFile(own), ...foreign])
      yield* fs.writeFile(own, both)
      assert.deepInclude(yield* refusal(own), { _tag: "NotAnEventFile", line: 3 })
      assert.deepStrictEqual(Uint8Array.from(yield* fs.readFile(own)), both)
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)), { arbitrary: { runs: 20 } })
})

describe("what is no regular file", () => {
  it.live("is refused at once, before anything opens it, and gets no lock beside it", () =>
    Effect.gen(function*() {
      const home = mkdtempSync(join(tmpdir(), "sens-"))
      yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(home, { recursive: true, force: true })))
      const fifo = join(home, "fifo")
      assert.strictEqual(spawnSync("mkfifo", [fifo]).status, 0)
      const link = join(home, "link")
      symlinkSync(fifo, link)
      for (const path of [fifo, link, home]) {
        const error = yield* Storage.file(path).pipe(Effect.flip, Effect.timeout("5 seconds"))
        assert.strictEqual(error._tag, "PlatformError")
      }
      assert.deepStrictEqual(readdirSync(home).sort(), ["fifo", "link"])
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)))
})

describe("a crash", () => {
  it.effect(
    "at every byte of an append: what was acknowledged is there, and the rest is kept beside",
    () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const file = yield* path
        yield* life(file, say("하나"))
        const before = yield* fs.readFile(file)
        yield* life(file, say("둘 \"\\\n😀"))
        const whole = yield* fs.readFile(file)
        for (let cut = before.length; cut <= whole.length; cut++) {
          const torn = `${file}.${cut}`
          yield* fs.writeFile(torn, whole.subarray(0, cut))
          const there = yield* life(torn, Effect.tap(texts, () => say("셋")))
          // Without its line end it was all written, though nobody was told so.
          assert.deepStrictEqual(there, cut >= whole.length - 1 ? ["하나", "둘 \"\\\n😀"] : ["하나"])
          if (cut % 8 === 0) assert.deepStrictEqual(yield* life(torn, texts), [...there, "셋"])
          const kept = cut > before.length && cut < whole.length - 1
          assert.strictEqual(yield* fs.exists(`${torn}.torn`), kept)
          if (kept) assert.deepStrictEqual(yield* fs.readFile(`${torn}.torn`), whole.subarray(before.length, cut))
        }
      }).pipe(Effect.provide(NodeFileSystem.layer)),
    120_000
  )

  it.effect("of the whole machine, which leaves zeros where nothing was written yet", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const file = yield* path
      yield* life(file, say("가"))
      for (const [i, tail] of ["\u0000\u0000", "{\"_tag\":\"Accepted\",\"reque\u0000\u0000\u0000"].entries()) {
        yield* fs.writeFileString(file, tail, { flag: "a" })
        assert.deepStrictEqual(yield* life(file, texts), ["가"])
        assert.strictEqual(yield* fs.readFileString(`${file}.torn${i === 0 ? "" : `.${i}`}`), tail)
      }
      for (const foreign of ["a\u0000", "\u0000a", "{\"_tag\":\"Acc\u0000epted"]) {
        const whole = yield* fs.readFile(file)
        yield* fs.writeFileString(file, foreign, { flag: "a" })
        assert.strictEqual((yield* refusal(file))._tag, "NotAnEventFile")
        yield* fs.writeFile(file, whole)
      }
    }).pipe(Effect.provide(NodeFileSystem.layer)))

  it.effect("while the file is written anew: what was begun is removed at the next start, and nothing else", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const file = yield* path
      yield* life(file, say("비밀"))
      const own = yield* fs.readFileString(file)
      for (const [i, text] of ["", own.slice(0, 10), own.slice(0, -5), own].entries()) {
        yield* fs.writeFileString(`${file}.${i}.abc.1x.new`, text)
      }
      const foreign = {
        "events.1.abc.2.new": "a note",
        "events.new": own,
        "events.a.b.c.new": own,
        "other.1.abc.3.new": own
      }
      const folder = file.slice(0, -"/events".length)
      for (const [name, text] of Object.entries(foreign)) yield* fs.writeFileString(`${folder}/${name}`, text)
      assert.deepStrictEqual(yield* life(file, texts), ["비밀"])
      assert.deepStrictEqual(
        (yield* fs.readDirectory(folder)).toSorted(),
        ["events", ...Object.keys(foreign)].toSorted()
      )
      for (const [name, text] of Object.entries(foreign)) {
        assert.strictEqual(yield* fs.readFileString(`${folder}/${name}`), text)
      }
    }).pipe(Effect.provide(NodeFileSystem.layer)))

  it.effect("in a picture of a megabyte", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const file = yield* path
      yield* life(file, say("가"))
      const tail = `{"_tag":"Uploaded","file":{"fileId":"a","body":"${"A".repeat(1_400_000)}`
      yield* fs.writeFileString(file, tail, { flag: "a" })
      assert.deepStrictEqual(yield* life(file, texts), ["가"])
      assert.strictEqual(yield* fs.readFileString(`${file}.torn`), tail)
    }).pipe(Effect.provide(NodeFileSystem.layer)))

  it.effect("what was kept of one is not overwritten by the next", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const file = yield* path
      yield* fs.writeFileString(`${file}.torn`, "a note")
      yield* life(file, say("가"))
      for (const tail of ["{\"_tag\":\"Acc", "{\"_tag\":\"Cleared\""]) {
        yield* fs.writeFileString(file, tail, { flag: "a" })
        yield* life(file, texts)
      }
      assert.strictEqual(yield* fs.readFileString(`${file}.torn`), "a note")
      assert.strictEqual(yield* fs.readFileString(`${file}.torn.1`), "{\"_tag\":\"Acc")
      assert.strictEqual(yield* fs.readFileString(`${file}.torn.2`), "{\"_tag\":\"Cleared\"")
    }).pipe(Effect.provide(NodeFileSystem.layer)))
})

describe("its own file", () => {
  it.effect("one emulator at a time, also by another name; a lock of a process that died is taken over", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const file = yield* path
      yield* life(file, say("가"))
      yield* fs.symlink(file, `${file}.link`)
      yield* life(
        file,
        Effect.gen(function*() {
          assert.deepInclude(yield* refusal(file), { _tag: "FileInUse", pid: process.pid })
          assert.include((yield* refusal(`${file}.link`)).message, "in use")
          yield* say("나")
        })
      )
      for (const holder of [{ pid: 2 ** 30, began: "" }, { pid: process.pid, began: "another" }]) {
        yield* fs.writeFileString(`${file}.lock`, JSON.stringify(holder))
        assert.deepStrictEqual(yield* life(file, texts), ["가", "나"])
      }
      assert.notInclude(yield* fs.readDirectory(file.slice(0, -"/events".length)), "events.lock")
      yield* fs.writeFileString(`${file}.lock`, "a note")
      assert.strictEqual((yield* refusal(file))._tag, "FileInUse")
      assert.strictEqual(yield* fs.readFileString(`${file}.lock`), "a note")
    }).pipe(Effect.provide(NodeFileSystem.layer)))

  it.effect("can be read by its owner alone, and holds no text after a reset", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const file = yield* path
      const mode = Effect.map(fs.stat(file), (info) => info.mode & 0o777)
      yield* life(file, say("비밀"))
      assert.strictEqual(yield* mode, 0o600)
      yield* fs.chmod(file, 0o644)
      yield* life(
        file,
        Effect.gen(function*() {
          assert.strictEqual(yield* mode, 0o600)
          yield* Effect.flatMap(Emulator.Emulator, ({ reset }) => reset)
          assert.notInclude(yield* fs.readFileString(file), "비밀")
          yield* say("그 뒤")
        })
      )
      assert.deepStrictEqual(yield* life(file, texts), ["그 뒤"])
    }).pipe(Effect.provide(NodeFileSystem.layer)))

  it.effect("a reset takes the texts out of what was moved beside it, and leaves what others wrote", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const file = yield* path
      const folder = file.slice(0, -"/events".length)
      yield* life(file, say("비밀 하나"))
      const own = yield* fs.readFileString(file)
      yield* fs.writeFileString(file, own.split("\n")[1]!.slice(0, -9), { flag: "a" })
      yield* life(
        file,
        Effect.gen(function*() {
          yield* say("비밀 둘")
          // Changed, so that it is moved aside with all its texts; then by a copy of what it was; then by a note.
          yield* fs.writeFileString(file, "a line of mine\n", { flag: "a" })
          yield* say("비밀 셋")
          yield* fs.remove(file)
          yield* fs.writeFileString(file, own)
          yield* say("비밀 넷")
          yield* fs.writeFileString(`${file}.note`, "a note")
          yield* fs.rename(`${file}.note`, file)
          yield* say("비밀 다섯")
          yield* fs.writeFileString(`${file}.torn.old`, "비밀")
          assert.include(yield* fs.readFileString(`${file}.torn`), "비밀")
          assert.include(yield* fs.readFileString(`${file}.replaced`), "비밀")
          assert.include(yield* fs.readFileString(`${file}.replaced.1`), "비밀")
          yield* Effect.flatMap(Emulator.Emulator, ({ reset }) => reset)
        })
      )
      const left: Record<string, string> = {}
      for (const name of yield* fs.readDirectory(folder)) left[name] = yield* fs.readFileString(`${folder}/${name}`)
      assert.deepStrictEqual(left, {
        events: own.slice(0, own.indexOf("\n") + 1),
        "events.replaced": "a line of mine\n",
        "events.replaced.2": "a note",
        "events.torn.old": "비밀"
      })
      assert.strictEqual((yield* fs.stat(`${file}.replaced`)).mode & 0o777, 0o600)
    }).pipe(Effect.provide(NodeFileSystem.layer)))

  it.effect("removed, replaced or changed while in use: written anew, and what stood there is kept", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const file = yield* path
      const { said } = yield* logged(life(
        file,
        Effect.gen(function*() {
          yield* say("하나")
          yield* fs.remove(file)
          yield* say("둘")
          yield* fs.writeFileString(`${file}.note`, "a note")
          yield* fs.rename(`${file}.note`, file)
          yield* say("셋")
          yield* fs.truncate(file, 0)
          yield* say("넷")
          yield* fs.writeFileString(file, "foreign", { flag: "a" })
          yield* say("다섯")
        })
      ))
      for (
        const what of [
          "removed while in use, and is written anew",
          "replaced while in use, and is written anew; what stood there is in",
          "changed while in use, and is written anew; what stood there is in"
        ]
      ) assert.include(said, what)
      assert.deepStrictEqual(yield* life(file, texts), ["하나", "둘", "셋", "넷", "다섯"])
      assert.strictEqual(yield* fs.readFileString(`${file}.replaced`), "a note")
      assert.strictEqual(yield* fs.readFileString(`${file}.replaced.1`), "")
      assert.isTrue((yield* fs.readFileString(`${file}.replaced.2`)).endsWith("foreign"))
    }).pipe(Effect.provide(NodeFileSystem.layer)))

  it.effect(
    "replaced by what is no file: that is moved aside, and neither opened nor changed, by a reset neither",
    () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const file = yield* path
        const note = `${file}-note`
        yield* life(file, say("하나"))
        const own = yield* fs.readFileString(file)
        yield* fs.writeFileString(note, own)
        yield* life(
          file,
          Effect.gen(function*() {
            yield* fs.remove(file)
            yield* fs.makeDirectory(file)
            yield* fs.writeFileString(`${file}/a`, own)
            assert.strictEqual((yield* say("둘")).status, 202)
            yield* fs.remove(file)
            assert.strictEqual(spawnSync("mkfifo", [file]).status, 0)
            assert.strictEqual((yield* say("셋")).status, 202)
            yield* fs.remove(file)
            yield* fs.symlink(note, file)
            assert.strictEqual((yield* say("넷")).status, 202)
            assert.deepStrictEqual(yield* texts, ["하나", "둘", "셋", "넷"])
            yield* Effect.flatMap(Emulator.Emulator, ({ reset }) => reset)
          })
        )
        assert.strictEqual(yield* fs.readFileString(`${file}.replaced/a`), own)
        assert.strictEqual((yield* fs.stat(`${file}.replaced.1`)).type, "FIFO")
        assert.strictEqual(yield* fs.readLink(`${file}.replaced.2`), note)
        assert.strictEqual(yield* fs.readFileString(note), own)
        assert.deepStrictEqual(yield* life(file, texts), [])
      }).pipe(Effect.provide(NodeFileSystem.layer)),
    20_000
  )

  it.effect("does not grow with what has no effect any more", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const file = yield* path
      const numbers = (method: "POST" | "DELETE") =>
        call({ method, target: `${base}/unsubscribes`, body: [{ clientTelNo: "01000000001" }] })
      yield* life(
        file,
        Effect.gen(function*() {
          yield* say("가")
          for (let i = 0; i < 2000; i++) yield* Effect.andThen(numbers("POST"), numbers("DELETE"))
          yield* numbers("POST")
        })
      )
      assert.isBelow(Number((yield* fs.stat(file)).size), 250_000)
      const listed = yield* life(file, Effect.all([texts, call({ target: `${base}/unsubscribes` })]))
      assert.deepStrictEqual(listed[0], ["가"])
      assert.lengthOf(listed[1].body, 1)
    }).pipe(Effect.provide(NodeFileSystem.layer)), 180_000)

  it.effect("neither a start nor a reset gives an id twice, with one seed and one time", () =>
    Effect.gen(function*() {
      const file = yield* path
      const seen: Array<string> = []
      const some = Effect.gen(function*() {
        const emulator = yield* Emulator.Emulator
        for (let i = 0; i < 3; i++) {
          for (let j = 0; j < 3; j++) yield* say(String(j))
          for (const { messageId, requestId } of yield* emulator.allMessages) seen.push(messageId, requestId)
          yield* emulator.reset
        }
      })
      for (let i = 0; i < 3; i++) yield* life(file, some, { seed: "one" })
      assert.lengthOf(seen, 54)
      assert.lengthOf(new Set(seen), seen.length)
    }).pipe(Effect.provide(NodeFileSystem.layer)))
})

// -----------------------------------------------------------------------------
// On systems that lack something
// -----------------------------------------------------------------------------

type Lack = (method: "link" | "symlink" | "open" | "writeFile", path: string) => string | undefined

/** A file system some of whose calls fail, with the reason that a real one gives. */
const lacking = (why: Lack) =>
  Layer.effect(
    FileSystem.FileSystem,
    Effect.map(FileSystem.FileSystem, (fs): FileSystem.FileSystem => {
      const or = <A, R>(
        method: Parameters<Lack>[0],
        path: string,
        self: Effect.Effect<A, PlatformError.PlatformError, R>
      ) =>
        Effect.suspend(() => {
          const reason = why(method, path)
          return reason === undefined ? self : Effect.fail(PlatformError.systemError({
            _tag: "Unknown",
            module: "FileSystem",
            method,
            pathOrDescriptor: path,
            cause: new Error(reason)
          }))
        })
      return {
        ...fs,
        link: (from, to) => or("link", to, fs.link(from, to)),
        symlink: (from, to) => or("symlink", to, fs.symlink(from, to)),
        open: (path, options) => or("open", path, fs.open(path, options)),
        writeFile: (path, data, options) => or("writeFile", path, fs.writeFile(path, data, options))
      }
    })
  ).pipe(Layer.provide(NodeFileSystem.layer))

const noRoom = "ENOSPC: no space left on device, write"

/** What is said in the log meanwhile. */
const logged = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    const said: Array<string> = []
    const logger = Logger.make(({ message }) => void said.push(String(message)))
    return Effect.map(Effect.provide(self, Logger.layer([logger])), (value) => ({ said: said.join("\n"), value }))
  })

describe("a system that lacks", () => {
  for (const what of ["link", "symlink"] as const) {
    it.effect(`${what}s: a file is made, locked, replaced and reset all the same`, () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const file = yield* path
        yield* life(
          file,
          Effect.gen(function*() {
            yield* say("하나")
            assert.deepInclude(yield* refusal(file), { _tag: "FileInUse", pid: process.pid })
            yield* fs.writeFileString(`${file}.note`, "a note")
            yield* fs.rename(`${file}.note`, file)
            yield* say("둘")
            yield* fs.remove(file)
            yield* say("셋")
          })
        )
        assert.deepStrictEqual(yield* life(file, texts), ["하나", "둘", "셋"])
        assert.strictEqual(yield* fs.readFileString(`${file}.replaced`), "a note")
        assert.deepStrictEqual((yield* fs.readDirectory(file.slice(0, -"/events".length))).toSorted(), [
          "events",
          "events.replaced"
        ])
      }).pipe(
        Effect.provide(lacking((method) => method === what ? `EPERM: operation not permitted, ${what}` : undefined))
      ))
  }

  it.effect("room: a file that a crash has cut starts and is told; once there is room, the cut is kept beside", () => {
    let full = true
    return Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const file = yield* path
      full = false
      yield* life(file, say("하나"))
      const tail = "{\"_tag\":\"Accepted\",\"request\":{\"content\":\"비밀"
      yield* fs.writeFileString(file, tail, { flag: "a" })
      const bytes = yield* fs.readFileString(file)
      for (let i = 0; i < 2; i++) {
        full = true
        const { said, value } = yield* logged(life(file, Effect.zip(texts, say("둘"))))
        assert.deepStrictEqual(value[0], ["하나"])
        assert.strictEqual(value[1].status, 500)
        assert.include(said, "stays there until it can be kept beside: ENOSPC")
        assert.strictEqual(yield* fs.readFileString(file), bytes)
        assert.isFalse(yield* fs.exists(`${file}.torn`))
      }
      yield* life(
        file,
        Effect.gen(function*() {
          full = false
          assert.strictEqual((yield* say("셋")).status, 202)
        })
      )
      assert.strictEqual(yield* fs.readFileString(`${file}.torn`), tail)
      assert.deepStrictEqual(yield* life(file, texts), ["하나", "셋"])
    }).pipe(
      Effect.provide(
        lacking((method, path) => full && method === "open" && /\.(?:torn|new)$/.test(path) ? noRoom : undefined)
      )
    )
  })

  it.effect("room: one that lacks its last line end alone starts, and is ended by the next event", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const file = yield* path
      yield* Effect.provide(life(file, Effect.andThen(say("하나"), say("둘"))), NodeFileSystem.layer)
      const bytes = yield* fs.readFile(file)
      yield* fs.truncate(file, bytes.length - 1)
      assert.deepStrictEqual(yield* life(file, texts), ["하나", "둘"])
      assert.strictEqual(Number((yield* fs.stat(file)).size), bytes.length - 1)
      assert.deepStrictEqual(yield* life(file, Effect.andThen(say("셋"), texts)), ["하나", "둘", "셋"])
      assert.deepStrictEqual(yield* life(file, texts), ["하나", "둘", "셋"])
      assert.strictEqual((yield* fs.readFile(file)).indexOf(10, bytes.length - 2), bytes.length - 1)
    }).pipe(Effect.provide(lacking((method, path) => method === "open" && path.endsWith(".new") ? noRoom : undefined))))

  it.effect("room to write a long file anew: what is asked is done, and it is told", () => {
    let full = false
    return Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const file = yield* path
      const { said } = yield* logged(life(
        file,
        Effect.gen(function*() {
          full = true
          for (let i = 0; i < 30; i++) {
            const body = Array.from({ length: 100 }, (_, j) => ({ clientTelNo: String(j) }))
            for (const method of ["POST", "DELETE"] as const) {
              assert.isBelow((yield* call({ method, target: `${base}/unsubscribes`, body })).status, 300)
            }
          }
          const long = Number((yield* fs.stat(file)).size)
          full = false
          yield* Effect.forEach(Array.from({ length: 60 }), () =>
            call({
              method: "DELETE",
              target: `${base}/unsubscribes`,
              body: Array.from({ length: 100 }, (_, j) => ({ clientTelNo: String(j) }))
            }))
          assert.isBelow(Number((yield* fs.stat(file)).size), long)
        })
      ))
      assert.include(said, "cannot be written anew, and stays as long as it is: ENOSPC")
      assert.deepStrictEqual(yield* fs.readDirectory(file.slice(0, -"/events".length)), ["events"])
    }).pipe(
      Effect.provide(lacking((method, path) => full && method === "open" && path.endsWith(".new") ? noRoom : undefined))
    )
  })
})

// -----------------------------------------------------------------------------
// Other machines and containers
// -----------------------------------------------------------------------------

describe("a lock of a process that cannot be seen from here", () => {
  const other = (beats: number) => JSON.stringify({ pid: 7, began: "1", space: "another machine", id: "other", beats })

  it.effect("is that of one that lives while it is renewed", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const file = yield* path
      yield* life(file, say("가"))
      yield* fs.symlink(other(0), `${file}.lock`)
      const renewed = Effect.andThen(
        TestClock.withLive(Effect.sleep("1200 millis")),
        Effect.andThen(fs.symlink(other(1), `${file}.next`), fs.rename(`${file}.next`, `${file}.lock`))
      )
      const [error] = yield* Effect.all([refusal(file), renewed], { concurrency: 2 })
      assert.deepInclude(error, { _tag: "FileInUse", pid: undefined })
      assert.strictEqual(yield* fs.readLink(`${file}.lock`), other(1))
    }).pipe(Effect.provide(NodeFileSystem.layer)))

  it.effect("is taken over when it was not renewed for long; whoever had it writes no more", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const file = yield* path
      yield* life(file, say("가"))
      yield* fs.symlink(other(3), `${file}.lock`)
      yield* life(
        file,
        Effect.gen(function*() {
          assert.strictEqual((yield* say("나")).status, 202)
          // Somebody removes it.
          yield* fs.remove(`${file}.lock`)
          assert.strictEqual((yield* say("다")).status, 202)
          assert.include(yield* fs.readLink(`${file}.lock`), String(process.pid))
          // Another, which took this one for dead.
          yield* fs.remove(`${file}.lock`)
          yield* fs.symlink(other(0), `${file}.lock`)
          const bytes = yield* fs.readFileString(file)
          const { said, value } = yield* logged(say("라"))
          assert.strictEqual(value.status, 500)
          assert.include(said, "another program has taken its lock")
          assert.strictEqual(yield* fs.readFileString(file), bytes)
        })
      )
      assert.strictEqual(yield* fs.readLink(`${file}.lock`), other(0))
    }).pipe(Effect.provide(NodeFileSystem.layer)))

  it.effect("its holder renews it each second", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const file = yield* path
      yield* life(
        file,
        Effect.gen(function*() {
          const first = yield* fs.readLink(`${file}.lock`)
          yield* TestClock.withLive(Effect.repeat(
            Effect.andThen(Effect.sleep("100 millis"), fs.readLink(`${file}.lock`)),
            { until: (now) => now !== first }
          ))
          assert.strictEqual((yield* say("가")).status, 202)
          assert.deepInclude(yield* refusal(file), { _tag: "FileInUse", pid: process.pid })
        })
      )
      assert.deepStrictEqual(yield* fs.readDirectory(file.slice(0, -"/events".length)), ["events"])
    }).pipe(Effect.provide(NodeFileSystem.layer)))
})
