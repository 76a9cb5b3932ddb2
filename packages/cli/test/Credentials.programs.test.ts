import { assert, describe, it } from "@effect/vitest"
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll } from "vitest"
import * as Emulator from "./support/emulator.ts"
import { type Ended, run, temporary } from "./support/program.ts"

let emulator: Emulator.Emulator

beforeAll(async () => {
  emulator = await Emulator.start()
})

afterAll(() => emulator[Symbol.asyncDispose]())

/** A home of its own, over several runs. */
const home = () => {
  const folder = temporary()
  const config = join(folder.path, "config/effect-sens")
  const file = join(config, "profiles.json")
  return {
    config,
    file,
    write: (text: string, mode = 0o600) => {
      mkdirSync(config, { recursive: true, mode: 0o700 })
      writeFileSync(file, text)
      chmodSync(file, mode)
    },
    env: (name: string, text: string) => {
      writeFileSync(join(folder.path, name), text)
      return join(folder.path, name)
    },
    run: (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}, stdin?: string) =>
      run(args, {
        cwd: folder.path,
        env: { XDG_CONFIG_HOME: join(folder.path, "config"), ...env },
        ...(stdin === undefined ? undefined : { stdin })
      }),
    [Symbol.dispose]: () => folder[Symbol.dispose]()
  }
}

const keys = () => ({
  accessKey: emulator.env["SENS_ACCESS_KEY"] ?? "",
  secretKey: emulator.env["SENS_SECRET_KEY"] ?? "",
  serviceId: emulator.env["SENS_SERVICE_ID"] ?? "",
  baseUrl: emulator.url
})

const wrong = () => ({ ...keys(), secretKey: "wrong" })

const profiles = (all: Readonly<Record<string, unknown>>) => JSON.stringify({ v: 1, profiles: all })

const ask = ["unsubscribes", "list", "--json"]

/** Which error it was, and its code. */
const errorOf = ({ code, stderr, stdout }: Ended): string => {
  if (code === 0) return `0 ${stdout.slice(0, 20)}`
  const { error } = JSON.parse(stderr) as { readonly error: { readonly tag: string; readonly exitCode: number } }
  assert.strictEqual(error.exitCode, code)
  return `${code} ${error.tag}`
}

const isAnswered = (ended: Ended) => assert.match(errorOf(ended), /^0 \{"v":1/)

const messageOf = ({ stderr }: Ended): string =>
  (JSON.parse(stderr) as { readonly error: { readonly message: string } }).error.message

describe("whose keys", () => {
  it("are those of the first source that is there, and of no other", async () => {
    using at = home()
    const text = (secret: string) =>
      `\uFEFF# made up\r\nexport SENS_ACCESS_KEY="${keys().accessKey}"\r\nSENS_SECRET_KEY='${secret}' # the key\r\n` +
      `SENS_SERVICE_ID=${keys().serviceId}\r\nSENS_BASE_URL=${emulator.url}\r\n`
    const right = at.env("right.env", text(keys().secretKey))
    const bad = at.env("bad.env", text("wrong"))
    const wrongEnv = { ...emulator.env, SENS_SECRET_KEY: "wrong" }
    at.write(profiles({ default: keys(), bad: wrong(), other: keys() }))
    for (
      const [args, env] of [
        // Each before those that come after it, which would be refused.
        [["--profile", "other"], { ...wrongEnv, SENS_PROFILE: "bad" }],
        [["-P", "other"], {}],
        [["--env-file", right], { ...wrongEnv, SENS_PROFILE: "bad" }],
        [[], { ...emulator.env, SENS_PROFILE: "bad" }],
        [[], { SENS_PROFILE: "other" }],
        [[], { SENS_PROFILE: "" }],
        [[], {}]
      ] as const
    ) isAnswered(await at.run([...ask, ...args], env))
    for (
      const [args, env] of [
        [["--profile", "bad"], emulator.env],
        [["--env-file", bad], emulator.env],
        [[], wrongEnv],
        [[], { SENS_PROFILE: "bad" }]
      ] as const
    ) assert.strictEqual(errorOf(await at.run([...ask, ...args], env)), "4 AuthenticationFailed")
  })

  it("are never mixed: what is missing is named", async () => {
    using at = home()
    at.write(profiles({ default: keys() }))
    const { SENS_ACCESS_KEY = "", SENS_SERVICE_ID = "" } = emulator.env
    const half = await at.run(ask, { SENS_ACCESS_KEY })
    assert.strictEqual(errorOf(half), "4 KeysMissing")
    assert.include(messageOf(half), "SENS_SECRET_KEY, SENS_SERVICE_ID missing in the environment")
    const other = await at.run(ask, { SENS_SERVICE_ID })
    assert.include(messageOf(other), "SENS_ACCESS_KEY, SENS_SECRET_KEY missing")
    const file = at.env("half.env", "SENS_SECRET_KEY=made-up\n")
    assert.include(
      messageOf(await at.run([...ask, "--env-file", file], emulator.env)),
      "SENS_ACCESS_KEY, SENS_SERVICE_ID"
    )
    assert.strictEqual(errorOf(await at.run([...ask, "--env-file", file, "--profile", "default"])), "2 Usage")
    // Who has set the address of an emulator must not get to the real service by the keys of a profile.
    const mixed = await at.run(ask, { SENS_BASE_URL: "http://127.0.0.1:1" })
    assert.strictEqual(errorOf(mixed), "4 KeysMixed")
    assert.include(messageOf(mixed), "SENS_BASE_URL")
    // A flag is meant.
    assert.strictEqual(errorOf(await at.run([...ask, "--base-url", "http://127.0.0.1:1"])), "7 ConnectionFailed")
    isAnswered(await at.run([...ask, "--service", SENS_SERVICE_ID], { ...emulator.env, SENS_SERVICE_ID: "" }))
  })

  it("an empty address is not that of the real service", async () => {
    using at = home()
    const file = at.env(
      "empty.env",
      `SENS_ACCESS_KEY=a\nSENS_SECRET_KEY=b\nSENS_SERVICE_ID=ncp:sms:kr:1:x\nSENS_BASE_URL=\n`
    )
    assert.strictEqual(errorOf(await at.run(ask, { ...emulator.env, SENS_BASE_URL: "" })), "4 BaseUrlEmpty")
    assert.strictEqual(errorOf(await at.run([...ask, "--env-file", file])), "4 BaseUrlEmpty")
    assert.strictEqual(errorOf(await at.run([...ask, "--base-url", " "], emulator.env)), "4 BaseUrlEmpty")
    assert.strictEqual(errorOf(await at.run([...ask, "--base-url", "ftp://x"], emulator.env)), "4 ConfigError")
  })

  it("where there are none, says how they are given, in both languages", async () => {
    using at = home()
    const none = await at.run(ask)
    assert.strictEqual(errorOf(none), "4 KeysMissing")
    for (const way of ["SENS_ACCESS_KEY", "--env-file", "profiles add default"]) assert.include(messageOf(none), way)
    const korean = await at.run(["unsubscribes", "list", "--lang", "ko"])
    assert.strictEqual(korean.code, 4)
    assert.match(korean.stderr, /^오류: 인증 키가 없습니다/)
    assert.strictEqual(errorOf(await at.run([...ask, "--profile", "none"])), "4 NoSuchProfile")
    // Node.js looks for such a flag wherever it stands, and ends by itself where there is no file (9).
    const absent = await at.run([...ask, "--env-file", "none.env"])
    assert.include([2, 9], absent.code)
    assert.include(absent.stderr, "none.env")
  })
})

describe("profiles", () => {
  it("know what a message costs", async () => {
    using at = home()
    at.write(profiles({ prod: { ...keys(), prices: { sms: 9, lms: 27 } } }))
    const list = at.env("list.csv", "name,phone\nKim,010-0000-0001\nLee,010-0000-0002\n")
    const check = ["check", list, "--text", "hello", "--json"]
    const price = async (...args: ReadonlyArray<string>) => JSON.parse((await at.run([...check, ...args])).stdout).price
    assert.deepStrictEqual(await price("--profile", "prod"), { total: 18, SMS: 18, LMS: 0 })
    assert.deepStrictEqual(await price("--profile", "prod", "--price", "sms=1"), { total: 2, SMS: 2, LMS: 0 })
    assert.isUndefined(await price())
  })

  const add = (
    name: string,
    ...more: ReadonlyArray<string>
  ) => [
    "profiles",
    "add",
    name,
    "--access-key",
    keys().accessKey,
    "--service",
    keys().serviceId,
    "--base-url",
    emulator.url,
    "--json",
    ...more
  ]

  it("are kept where their owner alone reads them, and work", async () => {
    using at = home()
    isAnswered(await at.run(add("default", "--secret-key-stdin"), {}, `${keys().secretKey}\n`))
    if (process.platform !== "win32") {
      assert.strictEqual(statSync(at.file).mode & 0o777, 0o600)
      assert.strictEqual(statSync(at.config).mode & 0o777, 0o700)
    }
    isAnswered(await at.run(ask))
    // What is there is not lost by mistake.
    assert.strictEqual(errorOf(await at.run(add("default", "--secret-key-stdin"), {}, "wrong")), "3 ProfileExists")
    isAnswered(await at.run(ask))
    isAnswered(await at.run(add("default", "--secret-key-stdin", "--replace"), {}, "wrong"))
    assert.strictEqual(errorOf(await at.run(ask)), "4 AuthenticationFailed")
    isAnswered(await at.run(add("둘째", "--secret-key-stdin", "--from", "02-1234-5678"), {}, keys().secretKey))
    isAnswered(await at.run([...ask, "-P", "둘째"]))
    isAnswered(await at.run(["profiles", "remove", "default", "--yes", "--json"]))
    assert.strictEqual(errorOf(await at.run(["profiles", "remove", "default", "--yes", "--json"])), "4 NoSuchProfile")
    const list = JSON.parse((await at.run(["profiles", "list", "--json"])).stdout) as {
      readonly profiles: ReadonlyArray<{ readonly name: string; readonly from: string }>
    }
    assert.deepStrictEqual(list.profiles.map(({ from, name }) => [name, from]), [["둘째", "021****678"]])
  })

  it("that others can read are not used", async () => {
    if (process.platform === "win32") return
    using at = home()
    at.write(profiles({ default: keys() }), 0o640)
    const open = await at.run(ask)
    assert.strictEqual(errorOf(open), "4 OpenToOthers")
    assert.include(messageOf(open), `chmod 600 ${JSON.stringify(at.file)}`)
    chmodSync(at.file, 0o600)
    isAnswered(await at.run(ask))
    chmodSync(at.config, 0o755)
    assert.include(messageOf(await at.run(ask)), `chmod 700 ${JSON.stringify(at.config)}`)
  })

  it("that are no profiles are not shown and not overwritten", async () => {
    using at = home()
    for (const text of ["{", "[]", profiles({ default: { ...keys(), secretKey: 7 } }), "SECRET-OF-SOMEBODY"]) {
      at.write(text)
      for (const args of [ask, add("other", "--secret-key-stdin"), ["profiles", "list", "--json"]]) {
        const refused = await at.run(args, {}, keys().secretKey)
        assert.strictEqual(errorOf(refused), "4 ProfilesUnreadable")
        assert.notInclude(refused.stderr, "SECRET")
      }
      assert.strictEqual(readFileSync(at.file, "utf8"), text)
    }
  })

  it("are refused where the keys cannot be right, and nothing is written", async () => {
    using at = home()
    for (const secret of ["", "two words", "\"quoted\"", "key\u200B"]) {
      assert.match(
        errorOf(await at.run(add("default", "--secret-key-stdin"), {}, secret)),
        /^4 /,
        JSON.stringify(secret)
      )
    }
    const talk = [
      "profiles",
      "add",
      "x",
      "--access-key",
      "a",
      "--service",
      "ncp:kkobizmsg:kr:1:x",
      "--secret-key-stdin",
      "--json"
    ]
    assert.match(errorOf(await at.run(talk, {}, "key")), /^4 ConfigError/)
    const usage = [
      ["profiles", "add", "a/b", "--json"],
      ["profiles", "add", "x", "--secret-key-stdin", "--secret-key-command", "echo x", "--json"],
      ["profiles", "add", "x", "--json"],
      add("x", "--secret-key-stdin", "--from", "12345678901234"),
      add("x", "--secret-key-stdin", "--zone", "government"),
      add("x", "--secret-key-command", "echo $HOME | cat")
    ]
    for (const args of usage) assert.strictEqual(errorOf(await at.run(args, {}, "key")), "2 Usage", args.join(" "))
    assert.isFalse(existsSync(at.file))
  })

  it("may have a command that prints the key, which is then kept nowhere", async () => {
    using at = home()
    const command = `${process.execPath} -e "console.log('${keys().secretKey}')"`
    isAnswered(await at.run(add("default", "--secret-key-command", command)))
    isAnswered(await at.run(ask))
    const failing = [
      ["exit", [process.execPath, "-e", "process.exit(1)"]],
      ["silent", [process.execPath, "-e", "0"]],
      ["absent", ["no-such-program-of-anybody"]],
      ["slow", [process.execPath, "-e", "setTimeout(() => {}, 60000)"]]
    ] as const
    at.write(profiles(
      Object.fromEntries(failing.map(([name, secretKeyCommand]) => {
        const { secretKey: _, ...rest } = keys()
        return [name, { ...rest, secretKeyCommand }]
      }))
    ))
    await Promise.all(failing.map(async ([name]) => {
      assert.strictEqual(errorOf(await at.run([...ask, "-P", name])), "4 NoSecretKey", name)
    }))
  }, 60_000)
})
