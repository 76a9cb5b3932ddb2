import * as Emulator from "@effect-sens/emulator/Emulator"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Storage from "@effect-sens/emulator/Storage"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as PlatformError from "effect/PlatformError"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { spawn, spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { base, call, folder, jpeg, send, sign, sms } from "./support.ts"

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

// -----------------------------------------------------------------------------
// As a program
// -----------------------------------------------------------------------------

const program = fileURLToPath(new URL("../src/bin.ts", import.meta.url))

const start = (shell: string, file: string | undefined, ...more: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.callback<{
      readonly url: string | undefined
      readonly ended: () => boolean
      readonly output: () => string
      readonly stop: (signal: "SIGKILL" | "SIGTERM") => Effect.Effect<void>
    }>((resume) => {
      const args = [process.execPath, program, "--port=0", ...file === undefined ? [] : [`--data=${file}`], ...more]
      const child = spawn("/bin/sh", ["-c", `${shell} exec "$0" "$@"`, ...args])
      let output = ""
      const ended = () => child.exitCode !== null || child.signalCode !== null
      const stop = (signal: "SIGKILL" | "SIGTERM") =>
        Effect.callback<void>((resume) => {
          if (ended()) return resume(Effect.void)
          child.once("exit", () => resume(Effect.void))
          child.kill(signal)
        })
      const add = (chunk: Buffer) => {
        output += chunk.toString()
        const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0]
        if (url !== undefined) resume(Effect.succeed({ url, ended, output: () => output, stop }))
      }
      child.stdout.on("data", add)
      child.stderr.on("data", add)
      child.once("close", () => resume(Effect.succeed({ url: undefined, ended, output: () => output, stop })))
    }),
    ({ stop }) => stop("SIGKILL")
  )

const ask = Effect.fnUntraced(function*(url: string | undefined, method: string, target: string, body?: unknown) {
  const timestamp = yield* Clock.currentTimeMillis
  return yield* Effect.tryPromise(async () => {
    const response = await fetch(`${url}${target}`, {
      method,
      headers: { ...sign({ method, target, timestamp }), "content-type": "application/json" },
      ...(body === undefined ? undefined : { body: JSON.stringify(body) })
    })
    return { status: response.status, text: await response.text() }
  })
})

const long = (n: number) => sms({ type: "LMS", content: `${n}. ${"가".repeat(900)}` })
const shown = (url: string | undefined) =>
  Effect.map(
    ask(url, "GET", "/__emulator/messages"),
    ({ text }) => new Set(Array.from(text.matchAll(/"content":"(\d+)\. /g), ([, n]) => Number(n)))
  )

const messages = `${base}/messages`

describe("the program", () => {
  it.live(
    "a second at the same time is refused; kill -9 leaves a lock that the next takes over",
    () =>
      Effect.gen(function*() {
        const file = yield* path
        const first = yield* start("", file)
        assert.strictEqual((yield* ask(first.url, "POST", messages, sms({ content: "남는다" }))).status, 202)
        const second = yield* start("", file)
        assert.isUndefined(second.url)
        assert.include(second.output(), "in use by process")
        yield* first.stop("SIGKILL")
        const third = yield* start("", file)
        assert.include((yield* ask(third.url, "GET", "/__emulator/messages")).text, "남는다")
      }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)),
    60_000
  )

  it.live("in the folder that it runs in: what is beside its file is found there", () =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const where = yield* folder
      yield* fs.writeFileString(`${where}/events.1.a.b.new`, "")
      const { url } = yield* start(`cd ${where};`, "events")
      assert.strictEqual((yield* ask(url, "POST", messages, long(1))).status, 202)
      yield* fs.writeFileString(`${where}/events.torn`, "{\"_tag\":\"Accepted\",\"request\":{\"content\":\"비밀")
      assert.strictEqual((yield* ask(url, "POST", "/__emulator/reset")).status, 204)
      assert.deepStrictEqual((yield* fs.readDirectory(where)).toSorted(), ["events", "events.lock"])
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)), 180_000)

  it.live(
    "no id comes twice, over starts, kills and resets, with a file and without one",
    () =>
      Effect.gen(function*() {
        for (const file of [yield* path, undefined]) {
          const seen = new Set<string>()
          let count = 0
          const take = (id: unknown) => {
            count++
            seen.add(String(id))
          }
          for (const signal of ["SIGKILL", "SIGTERM"] as const) {
            const { stop, url } = yield* start("", file)
            for (let phase = 0; phase < 2; phase++) {
              const recipients = Array.from({ length: 100 }, (_, i) => ({ to: String(i) }))
              for (let i = 0; i < 10; i++) {
                const sent = yield* ask(url, "POST", messages, sms({ messages: recipients }))
                const { requestId } = JSON.parse(sent.text)
                take(requestId)
                const target = `${messages}?requestId=${requestId}`
                const listed = JSON.parse((yield* ask(url, "GET", target)).text).messages
                assert.lengthOf(listed, 100)
                for (const { messageId } of listed) take(messageId)
              }
              const fileBody = Buffer.from(jpeg()).toString("base64")
              for (let i = 0; i < 5; i++) {
                const fileName = `${signal}${phase}${i}.jpg`
                take(JSON.parse((yield* ask(url, "POST", `${base}/files`, { fileName, fileBody })).text).fileId)
              }
              if (phase === 0) assert.strictEqual((yield* ask(url, "POST", "/__emulator/reset")).status, 204)
            }
            yield* stop(signal)
          }
          assert.strictEqual(count, 4 * 1015)
          assert.strictEqual(seen.size, count)
        }
      }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)),
    60_000
  )

  it.live("kill -9 in the middle of many sends: what was acknowledged is there", () =>
    Effect.gen(function*() {
      const file = yield* path
      const acknowledged = new Set<number>()
      let n = 0
      for (const sent of [1, 12, 40]) {
        const { stop, url } = yield* start("", file)
        const one = Effect.suspend(() => {
          const own = n++
          return Effect.map(ask(url, "POST", messages, long(own)), ({ status }) => {
            if (status === 202) acknowledged.add(own)
          })
        })
        // Until the program is gone.
        const senders = Effect.all(Array.from({ length: 4 }, () => Effect.ignore(Effect.forever(one))), {
          concurrency: 4
        })
        const busy = Effect.repeat(Effect.sleep(1), { until: () => Effect.sync(() => acknowledged.size >= sent) })
        yield* Effect.all([senders, Effect.andThen(busy, stop("SIGKILL"))], { concurrency: 2 })
      }
      const { url } = yield* start("", file)
      const there = yield* shown(url)
      assert.deepStrictEqual(Array.from(acknowledged).filter((sent) => !there.has(sent)), [])
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)), 180_000)

  const fills = (shell: string, file: string) =>
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      const acknowledged = new Set<number>()
      const full = yield* start(shell, file)
      let refused = 0
      for (let n = 0; n < 60; n++) {
        const answer = yield* ask(full.url, "POST", messages, long(n))
        if (answer.status === 202) acknowledged.add(n)
        else {
          refused++
          assert.strictEqual(answer.status, 500)
          assert.deepInclude(JSON.parse(answer.text).error, { errorCode: "900" })
        }
      }
      assert.isAbove(refused, 5)
      assert.isAbove(acknowledged.size, 5)
      assert.include(full.output(), "cannot be written")
      assert.deepStrictEqual(yield* shown(full.url), acknowledged)
      yield* full.stop("SIGKILL")
      const bytes = yield* fs.readFileString(file)
      assert.isTrue(bytes.endsWith("\n"))

      const after = yield* start(shell, file)
      assert.deepStrictEqual(yield* shown(after.url), acknowledged)
      assert.strictEqual((yield* ask(after.url, "POST", messages, long(60))).status, 500)
      assert.strictEqual((yield* ask(after.url, "POST", "/__emulator/reset")).status, 204)
      assert.strictEqual((yield* ask(after.url, "POST", messages, long(61))).status, 202)
      assert.include(after.output(), "can be written again")
      assert.deepStrictEqual(yield* shown(after.url), new Set([61]))
    })

  it.live(
    "a file that may not grow: refused, told, nothing shown of it, mended when there is room, and readable after",
    () =>
      Effect.gen(function*() {
        // 128 times 512 bytes.
        yield* fills("ulimit -f 128;", yield* path)
      }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)),
    60_000
  )

  it.live(
    "a log that finds no room ends nothing, and goes on when there is room",
    () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const log = `${yield* path}.log`
        const server = yield* start(`ulimit -f 4; exec 2>>'${log}';`, undefined, "--env")
        for (let n = 0; n < 60; n++) assert.strictEqual((yield* ask(server.url, "POST", messages, sms())).status, 202)
        assert.isFalse(server.ended())
        assert.isBelow(Number((yield* fs.stat(log)).size), 4 * 512 + 1)
        yield* fs.truncate(log)
        assert.strictEqual((yield* ask(server.url, "POST", messages, sms())).status, 202)
        yield* server.stop("SIGTERM")
        assert.match(yield* fs.readFileString(log), /POST .* 202/)
      }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)),
    60_000
  )

  // A disk of its own takes the rights of root.
  const disk = () => {
    const folder = mkdtempSync(join(tmpdir(), "disk-"))
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=96k", "tmpfs", folder]).status === 0
    afterAll(() => {
      if (mounted) spawnSync("umount", [folder])
      rmSync(folder, { recursive: true })
    })
    return { folder, mounted }
  }
  const { folder: small, mounted } = disk()
  const { folder: filled } = disk()

  it.live.skipIf(!mounted)(
    "a disk that others fill: a file that a crash has cut starts on it; mended, and the cut kept, when they are gone",
    () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const file = `${filled}/events`
        const first = yield* start("", file)
        assert.strictEqual((yield* ask(first.url, "POST", messages, long(1))).status, 202)
        yield* first.stop("SIGKILL")
        const tail = "{\"_tag\":\"Accepted\",\"request\":{\"requestId\":\"RSSA"
        yield* fs.writeFileString(file, tail, { flag: "a" })
        const bytes = yield* fs.readFileString(file)
        yield* Effect.ignore(fs.writeFile(`${filled}/filler`, new Uint8Array(1_000_000)))
        const full = yield* start("", file)
        assert.include(full.output(), "stays there until it can be kept beside: ENOSPC")
        assert.deepStrictEqual(yield* shown(full.url), new Set([1]))
        const refused = yield* ask(full.url, "POST", messages, long(2))
        assert.strictEqual(refused.status, 500)
        assert.deepInclude(JSON.parse(refused.text).error, { errorCode: "900" })
        assert.deepStrictEqual(yield* shown(full.url), new Set([1]))
        assert.strictEqual(yield* fs.readFileString(file), bytes)
        yield* fs.remove(`${filled}/filler`)
        assert.strictEqual((yield* ask(full.url, "POST", messages, long(3))).status, 202)
        assert.include(full.output(), "can be written again")
        assert.strictEqual(yield* fs.readFileString(`${file}.torn`), tail)
        yield* full.stop("SIGKILL")
        const after = yield* start("", file)
        assert.deepStrictEqual(yield* shown(after.url), new Set([1, 3]))
      }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)),
    60_000
  )
  it.live.skipIf(!mounted)(
    "a full disk: the same",
    () => Effect.scoped(Effect.provide(fills("", `${small}/events`), NodeFileSystem.layer)),
    60_000
  )
})
