// @effect-diagnostics newPromise:off globalDate:off globalFetch:off
// Clients of SENS that others wrote, and such as are generated from the emulator's OpenAPI documents, each in a process of its
// own, against the emulator as its users start it. The clients live in `interop` and `interop/generated`, outside the workspace;
// what they need is installed here. The last line is `N passed, N failed, N skipped`.
import { spawn, spawnSync } from "node:child_process"
import { existsSync, rmSync } from "node:fs"
import { resolve } from "node:path"

const folder = resolve("interop")
const generated = resolve(folder, "generated")

const account = {
  SENS_ACCESS_KEY: "interop-access-key",
  SENS_SECRET_KEY: "interop-secret-key",
  SENS_SERVICE_ID: "ncp:sms:kr:123456789012:interop",
  SENS_FROM: "0212345678"
}

interface Answer {
  // What a client of somebody else's gives back has no type here; the tests look into it.
  readonly value?: any
  readonly error?: string
}

const use = (url: string, client: string, steps: ReadonlyArray<ReadonlyArray<unknown>>): ReadonlyArray<Answer> => {
  const child = spawnSync(process.execPath, ["-r", resolve(folder, "redirect.cjs"), "run.mjs", client], {
    cwd: folder,
    input: JSON.stringify(steps),
    encoding: "utf8",
    env: { PATH: process.env["PATH"], SENS_EMULATOR: url, NCLOUD_LANG: "en", ...account },
    timeout: 60_000
  })
  if (child.status !== 0) throw new Error(`${client} ended with ${child.status}: ${child.stderr}`)
  return JSON.parse(child.stdout) as ReadonlyArray<Answer>
}

/** Runs a program of `interop/generated`, and gives what it wrote. */
const run = (url: string, program: string, args: ReadonlyArray<string>): Promise<string> =>
  new Promise((done, failed) => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: generated,
      env: { PATH: process.env["PATH"], SENS_EMULATOR: url, ...account },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 60_000
    })
    let output = ""
    let told = ""
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString()
    })
    child.stderr.on("data", (chunk: Buffer) => {
      told += chunk.toString()
    })
    child.once("error", failed)
    child.once(
      "close",
      (code) =>
        code === 0
          ? done(output)
          : failed(new Error(`${program} ${args.join(" ")} ended with ${code}: ${output}${told}`))
    )
  })

const equal = (actual: unknown, expected: unknown, what: string): void => {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    throw new Error(`${what}: ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`)
  }
}

const values = (answers: ReadonlyArray<Answer>): ReadonlyArray<any> => {
  for (const { error } of answers) if (error !== undefined) throw new Error(error)
  return answers.map(({ value }) => value)
}

interface World {
  readonly url: string
  readonly read: (path: string) => Promise<any>
}

/** What is stored, as the tests compare it. */
const stored = async ({ read }: World): Promise<ReadonlyArray<unknown>> =>
  (await read("/messages")).map(({ content, countryCode, from, subject, to, type }: Record<string, unknown>) =>
    subject === undefined ? [type, countryCode, from, to, content] : [type, countryCode, from, to, content, subject]
  )

const clean = async ({ read }: World): Promise<void> => equal(await read("/signatures"), [], "refused signatures")

// A frame, a scan, an end: all that a JPEG needs to be one.
const picture = Buffer.from("ffd8ffc0000b08000a000a01011100ffda000801010000003f0007ffd9", "hex").toString("base64")

const kst = (millis: number): string => new Date(millis + 9 * 3_600_000).toISOString().slice(0, 19).replace("T", " ")

/** What users of a generated client do, and what they see: `interop/generated/use.ts`. */
const useGenerated = (client: string) => async (world: World): Promise<void> => {
  const seen = JSON.parse(await run(world.url, "dist/use.mjs", [client]))
  equal(seen, {
    found: [1, false, "01000000002"],
    inTime: [2, false],
    result: ["MMS", "둘", "menu.jpg"],
    reservation: ["READY", 204, "CANCELED"],
    unsubscribes: [2, 204, ["01000000009"]],
    refused: [400, {
      errors: [
        "The content cannot be empty. (root content is mandatory)",
        "The receiver(to) must be numeric and cannot exceed 25 characters."
      ],
      errorMessage: "Validation failed. 2 error(s)",
      status: 400
    }],
    fault: [204, 500, 202],
    messages: ["둘"],
    otp: "493021"
  }, "what the client saw")
  await clean(world)
  const operations = new Set((await world.read("/ledger")).map((each: any) => each.operation))
  equal(operations.size, 9, `operations: ${Array.from(operations).join(", ")}`)
}

const tests: Readonly<Record<string, (world: World) => Promise<void>>> = {
  "the documents are valid, and what is generated from them compiles": async ({ url }) => {
    const documents = { sens: `${url}/openapi.json`, control: `${url}/__emulator/openapi.json` }
    await Promise.all([
      ...Object.entries(documents).flatMap(([name, document]) => [
        run(url, "validate.ts", [document]),
        run(url, "node_modules/openapi-typescript/bin/cli.js", [document, "-o", `dist/fetch/${name}.ts`]),
        run(
          url,
          "node_modules/@hey-api/openapi-ts/bin/run.js",
          ["-i", document, "-o", `dist/hey/${name}`, "-c", "@hey-api/client-fetch", "-s", "--no-log-file"]
        )
      ]),
      run(url, "node_modules/orval/dist/bin/orval.mjs", ["--config", "orval.config.mjs"])
    ])
    await Promise.all([
      run(url, "node_modules/typescript/bin/tsc", ["-p", "."]),
      run(
        url,
        "node_modules/esbuild/bin/esbuild",
        ["use.ts", "--bundle", "--platform=node", "--format=esm", "--outfile=dist/use.mjs", "--log-level=warning"]
      )
    ])
  },

  "openapi-typescript 7.13.0, with openapi-fetch 0.17.0: all nine operations, and the control API": useGenerated(
    "openapi-fetch"
  ),

  "hey-api 0.99.0: all nine operations, and the control API": useGenerated("hey-api"),

  "orval 8.38.0: all nine operations, and the control API": useGenerated("orval"),

  "node-sens 1.3.0: send": async (world) => {
    const [sent, abroad] = values(use(world.url, "node-sens", [
      ["send", { to: "01000000001", content: "안녕 %20 + ?&" }],
      ["send", { to: "0900000001", content: "hello", countryCode: "81" }]
    ]))
    equal([sent.status, sent.success, abroad.status], [202, true, 202], "what the client saw")
    equal(await stored(world), [
      ["SMS", "82", "0212345678", "01000000001", "안녕 %20 + ?&"],
      ["SMS", "81", "0212345678", "0900000001", "hello"]
    ], "what is stored")
    await clean(world)
  },

  "@pickk/sens 1.1.1: send": async (world) => {
    const [sent, long] = values(use(world.url, "pickk-sens", [
      ["send", { to: ["01000000001", "01000000002"], content: "하나" }],
      ["send", { to: "01000000003", content: "가".repeat(60), type: "LMS" }]
    ]))
    equal([sent.statusCode, long.statusName], ["202", "success"], "what the client saw")
    equal(await stored(world), [
      ["SMS", "82", "0212345678", "01000000001", "하나"],
      ["SMS", "82", "0212345678", "01000000002", "하나"],
      ["LMS", "82", "0212345678", "01000000003", "가".repeat(60)]
    ], "what is stored")
    const messages = await world.read("/messages")
    equal(messages.map((each: any) => each.requestId), [sent.requestId, sent.requestId, long.requestId], "ids")
    await clean(world)
  },

  "ncp-sdk 1.0.4: send": async (world) => {
    const [sent] = values(use(world.url, "ncp-sdk", [
      ["send", { receiver: ["01000000001", "01000000002"], content: "인증번호 493021" }]
    ]))
    equal(sent.statusCode, "202", "what the client saw")
    equal(await stored(world), [
      ["SMS", "82", "0212345678", "01000000001", "인증번호 493021"],
      ["SMS", "82", "0212345678", "01000000002", "인증번호 493021"]
    ], "what is stored")
    equal(await world.read("/otp?to=01000000002"), { code: "493021" }, "one-time password")
    await clean(world)
  },

  "ncp-client 1.2.0: send, search, result": async (world) => {
    const [sent] = values(use(world.url, "ncp-client", [
      ["send", [{ to: "01000000001", content: "하나" }, { to: "01000000002", content: "둘" }]]
    ]))
    equal([sent.isSuccess, sent.data.statusCode], [true, "202"], "what the client saw")
    equal(await stored(world), [
      ["SMS", "82", "0212345678", "01000000001", "하나"],
      ["SMS", "82", "0212345678", "01000000002", "둘"]
    ], "what is stored")
    const ids = (await world.read("/messages")).map(({ messageId }: Record<string, unknown>) => messageId)
    const [found, result] = values(use(world.url, "ncp-client", [
      ["search", sent.data.requestId],
      ["result", ids[1]]
    ]))
    equal(found.isSuccess, true, found.errorMessage)
    equal(found.data.messages.map((each: any) => each.messageId), ids, "what the search found")
    equal(result.data.messages[0].content, "둘", "what the result says")
    await clean(world)
  },

  "ncp-client 1.2.0: a query signed raw is refused, with the reason in the log": async (world) => {
    const [found] = values(use(world.url, "ncp-client", [["search", "a b"]]))
    equal(found, { isSuccess: false, errorMessage: "Unexpected HTTP Status Code : 401" }, "what the client saw")
    const [entry, ...more] = await world.read("/signatures")
    const path = `/sms/v2/services/${account.SENS_SERVICE_ID}/messages?requestId=`
    equal(more.length, 0, "further entries")
    equal(entry.target, `${path}${encodeURIComponent("a b")}`, "what was sent")
    equal(entry.problem.mistake, "the decoded target was signed, the encoded one was sent", "mistake")
    equal(entry.problem.signedInstead.split("\n")[0], `GET ${path}a b`, "what was signed")
    equal(entry.problem.expectedToSign.split("\n")[0], `GET ${entry.target}`, "what should have been signed")
    const [refused] = await world.read("/ledger")
    equal([refused.status, /the decoded target was signed/.test(refused.verdict.why[0])], [401, true], "ledger")
  },

  "ncloud-mcp-server 1.16.0: all nine operations": async (world) => {
    const tools = (...steps: ReadonlyArray<readonly [string, Record<string, unknown>]>) =>
      values(use(world.url, "ncloud-mcp-server", steps.map(([name, params]) => ["tool", name, params])))
    const from = account.SENS_FROM
    const [uploaded] = tools(["upload_sms_attachment", {
      fileName: "메뉴.jpg",
      fileBody: `data:image/jpeg;base64,${picture}`
    }])
    const [sent, mms, reserved, blocked] = tools(
      ["send_sms", {
        type: "SMS",
        from,
        content: " ",
        messages: [{ to: "01000000001", content: "하나" }, { to: "01000000002", content: "둘" }]
      }],
      ["send_sms", {
        type: "MMS",
        from,
        subject: "메뉴",
        content: "김밥",
        messages: [{ to: "01000000003" }],
        files: [{ fileId: uploaded.fileId }]
      }],
      ["send_sms", {
        type: "LMS",
        from,
        content: "나중",
        messages: [{ to: "01000000004" }],
        reserveTime: kst(Date.now() + 3_600_000).slice(0, 16),
        reserveTimeZone: "Asia/Seoul"
      }],
      ["register_sms_unsubscribes", { clientTelNos: ["01000000001", "01000000009"] }]
    )
    equal([sent.statusCode, mms.statusCode, reserved.statusCode], ["202", "202", "202"], "sends")
    equal(blocked.map((each: any) => [each.clientTelNo, each.registerType]), [
      ["01000000001", "M"],
      ["01000000009", "M"]
    ], "registered")
    const files = (await world.read("/messages")).map((each: any) => each.fileIds)
    equal(files, [[], [], [uploaded.fileId]], "files")
    equal(await stored(world), [
      ["SMS", "82", from, "01000000001", "하나"],
      ["SMS", "82", from, "01000000002", "둘"],
      ["MMS", "82", from, "01000000003", "김밥", "메뉴"]
    ], "what is stored")

    const now = Date.now()
    const window = { requestStartTime: kst(now - 60_000), requestEndTime: kst(now + 60_000) }
    const [first, byRequest, status, numbers] = tools(
      ["list_sms_requests", { ...window, pageSize: 2 }],
      ["list_sms_requests", { requestId: sent.requestId, to: "01000000002" }],
      ["get_sms_reservation_status", { reserveId: reserved.requestId }],
      ["list_sms_unsubscribes", { startTime: now - 60_000, endTime: now + 60_000, pageSize: 1, pageIndex: 1 }]
    )
    equal([first.itemCount, first.hasMore], [2, true], "first page")
    equal([byRequest.itemCount, byRequest.messages[0].content], [1, "둘"], "by request and recipient")
    equal(status.reserveStatus, "READY", "reservation")
    equal(numbers.map((each: any) => each.clientTelNo), ["01000000009"], "second page of the block list")
    const [second, result] = tools(
      ["list_sms_requests", { ...window, pageSize: 2, nextToken: first.nextToken }],
      ["get_sms_status", { messageId: first.messages[1].messageId }],
      ["cancel_sms_reservation", { reserveId: reserved.requestId, confirm: true }],
      ["delete_sms_unsubscribes", { clientTelNos: ["01000000001"], confirm: true }]
    )
    equal([second.itemCount, second.hasMore, second.messages[0].to], [1, false, "01000000003"], "second page")
    equal(result.messages[0].content, "둘", "result")
    const [after, left] = tools(
      ["get_sms_reservation_status", { reserveId: reserved.requestId }],
      ["list_sms_unsubscribes", {}]
    )
    equal(after.reserveStatus, "CANCELED", "reservation")
    equal(left.map((each: any) => each.clientTelNo), ["01000000009"], "block list")
    await clean(world)
    const operations = new Set((await world.read("/ledger")).map((each: any) => each.operation))
    equal(operations.size, 9, `operations: ${Array.from(operations).join(", ")}`)
    const bad = (await world.read("/ledger")).filter((each: any) => each.status >= 400)
    equal(bad, [], "refused requests")
  }
}

// -----------------------------------------------------------------------------
// The run
// -----------------------------------------------------------------------------

for (const cwd of [folder, generated]) {
  if (existsSync(resolve(cwd, "node_modules/.package-lock.json"))) continue
  const installed = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd, stdio: "inherit" })
  if (installed.status !== 0) throw new Error("the clients cannot be installed")
}
rmSync(resolve(generated, "dist"), { recursive: true, force: true })

const emulator = spawn(
  process.execPath,
  [
    resolve("packages/emulator/src/bin.ts"),
    "--port=0",
    `--access-key=${account.SENS_ACCESS_KEY}`,
    `--secret-key=${account.SENS_SECRET_KEY}`,
    `--service-id=${account.SENS_SERVICE_ID}`,
    `--sender=${account.SENS_FROM}`
  ],
  { stdio: ["ignore", "pipe", "inherit"] }
)
const url = await new Promise<string>((found, failed) => {
  let output = ""
  emulator.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString()
    const match = /http:\/\/127\.0\.0\.1:\d+/.exec(output)
    if (match !== null) found(match[0])
  })
  emulator.once("exit", () => failed(new Error(output)))
})

let passed = 0
let failed = 0
for (const [name, test] of Object.entries(tests)) {
  await fetch(`${url}/__emulator/reset`, { method: "POST" })
  try {
    await test({ url, read: (path) => fetch(`${url}/__emulator${path}`).then((response) => response.json()) })
    passed++
    console.log(`ok    ${name}`)
  } catch (error) {
    failed++
    console.log(`FAIL  ${name}\n${error instanceof Error ? error.message : String(error)}`)
  }
}
emulator.kill("SIGTERM")
console.log(`${passed} passed, ${failed} failed, 0 skipped`)
process.exitCode = failed > 0 ? 1 : 0
