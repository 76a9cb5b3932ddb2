import * as Account from "@effect-sens/emulator/Account"
import * as EmulatorClient from "@effect-sens/emulator/EmulatorClient"
import * as Fault from "@effect-sens/emulator/Fault"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpApiClient from "effect/http-api/HttpApiClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Refusals from "../src/internal/refusals.ts"
import * as SensApi from "../src/internal/sensApi.ts"
import * as ServiceError from "../src/internal/serviceError.ts"
import { base, call, jpeg, list, origin, reserved, send, sms } from "./support.ts"

// A document is JSON that the tests look into.
type Json = any

const document = (path: string) => Effect.map(call({ target: path }), ({ body }): Json => body)

const sens = document("/openapi.json")
const control = document("/__emulator/openapi.json")

interface Operation {
  readonly method: "GET" | "POST" | "PUT" | "DELETE"
  readonly path: string
  readonly about: Json
}

const operations = (document: Json): ReadonlyArray<Operation> =>
  Object.entries<Json>(document.paths).flatMap(([path, methods]) =>
    Object.entries<Json>(methods).map(([method, about]) => ({
      method: method.toUpperCase() as Operation["method"],
      path,
      about
    }))
  )

const operation = (document: Json, operationId: string): Operation => {
  const found = operations(document).find(({ about }) => about.operationId === operationId)
  if (found === undefined) throw new Error(operationId)
  return found
}

// -----------------------------------------------------------------------------
// What a schema of the document says of a value. A keyword that is not known here, and a field that is not described, is told.
// -----------------------------------------------------------------------------

const annotations = new Set(["description", "default", "title", "format"])

const isObject = (value: unknown): value is Record<string, Json> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const typeOf = (value: unknown): ReadonlyArray<string> =>
  value === null
    ? ["null"]
    : Array.isArray(value)
    ? ["array"]
    : Number.isInteger(value)
    ? ["integer", "number"]
    : [typeof value]

const problems = (
  document: Json,
  schema: Json,
  value: Json,
  options: { readonly open?: boolean } = {},
  at = "$"
): Array<string> => {
  const inner = (schema: Json, value: Json, place: string) => problems(document, schema, value, options, place)
  const found: Array<string> = []
  const check = (fine: boolean, what: string) => {
    if (!fine) found.push(`${at}: ${what}`)
  }
  for (const [keyword, says] of Object.entries<Json>(schema)) {
    switch (keyword) {
      case "$ref": {
        const name = String(says).replace("#/components/schemas/", "")
        const target = document.components.schemas[name]
        check(target !== undefined, `nothing at ${says}`)
        if (target !== undefined) found.push(...inner(target, value, at))
        break
      }
      case "type":
        check(typeOf(value).includes(says), `not of type ${says}`)
        break
      case "enum":
        check(says.includes(value), `none of ${says}`)
        break
      case "anyOf":
        check(says.some((each: Json) => inner(each, value, at).length === 0), "nothing that it can be")
        break
      case "pattern":
        check(typeof value !== "string" || new RegExp(says, "u").test(value), `does not match ${says}`)
        break
      case "minLength":
        check(typeof value !== "string" || value.length >= says, "too short")
        break
      case "maxLength":
        check(typeof value !== "string" || value.length <= says, "too long")
        break
      case "minimum":
        check(typeof value !== "number" || value >= says, "too small")
        break
      case "maximum":
        check(typeof value !== "number" || value <= says, "too large")
        break
      case "minItems":
        check(!Array.isArray(value) || value.length >= says, "too few")
        break
      case "maxItems":
        check(!Array.isArray(value) || value.length <= says, "too many")
        break
      case "items":
        if (Array.isArray(value)) value.forEach((each, i) => found.push(...inner(says, each, `${at}.${i}`)))
        break
      case "required":
        if (isObject(value)) { for (const key of says) check(Object.hasOwn(value, key), `no ${key}`) }
        break
      case "additionalProperties":
        if (isObject(value)) {
          for (const [key, each] of Object.entries(value)) found.push(...inner(says, each, `${at}.${key}`))
        }
        break
      case "properties":
        if (isObject(value)) {
          for (const [key, each] of Object.entries(value)) {
            if (Object.hasOwn(says, key)) found.push(...inner(says[key], each, `${at}.${key}`))
            else check(options.open === true, `${key} is not described`)
          }
        }
        break
      default:
        check(annotations.has(keyword), `unknown keyword ${keyword}`)
    }
  }
  return found
}

// Everything in a document that is a schema or holds one.
const each = (value: Json, visit: (value: Record<string, Json>, path: string) => void, path = ""): void => {
  if (Array.isArray(value)) value.forEach((item, i) => each(item, visit, `${path}/${i}`))
  else if (isObject(value)) {
    visit(value, path)
    for (const [key, below] of Object.entries(value)) each(below, visit, `${path}/${key}`)
  }
}

describe("the document", () => {
  for (const [name, document] of [["of SENS", sens], ["of the control API", control]] as const) {
    it.effect(`${name}: every operation has a plain id, a summary, a description, and what may go wrong`, () =>
      Effect.gen(function*() {
        const whole = yield* document
        assert.strictEqual(whole.openapi, "3.1.0")
        const ids = operations(whole).map(({ about }) => about.operationId)
        assert.strictEqual(new Set(ids).size, ids.length)
        for (const { about, path } of operations(whole)) {
          const id: string = about.operationId
          assert.match(id, /^[a-z][A-Za-z]*$/)
          assert.match(about.summary, /^[A-Z].*[^.]$/, id)
          assert.match(about.description, /^[A-Z].*\.$/s, id)
          assert.containsAllKeys(
            about.responses,
            ["400", "403", "413", "500"].filter((status) =>
              name !== "of SENS" || status !== "413" || about.requestBody !== undefined
            ),
            id
          )
          for (const [status, answer] of Object.entries<Json>(about.responses)) {
            assert.isString(answer.description, `${id} ${status}`)
            assert.notInclude(answer.description, "<", `${id} ${status}`)
          }
          const inPath = Array.from(path.matchAll(/\{(\w+)\}/g), ([, parameter]) => parameter)
          assert.sameMembers(
            about.parameters.filter((each: Json) => each.in === "path").map((each: Json) => each.name),
            inPath
          )
        }
        for (const tag of whole.tags) assert.isString(tag.description)
        for (const component of Object.keys(whole.components.schemas)) assert.match(component, /^[A-Z][A-Za-z]*$/)
        each(whole, (value, path) => {
          if (typeof value["$ref"] === "string") {
            assert.isDefined(whole.components.schemas[value["$ref"].replace("#/components/schemas/", "")], path)
          }
          // Unknown fields are ignored, and the bounds of JavaScript are none of the service's.
          assert.notStrictEqual(value["additionalProperties"], false, path)
          assert.notStrictEqual(value["maximum"], Number.MAX_SAFE_INTEGER, path)
          assert.notProperty(value, "allOf", path)
        })
      }).pipe(Effect.provide(EmulatorClient.layer())))
  }

  it.effect("of SENS: signed by three headers, refused as the gateway refuses", () =>
    Effect.gen(function*() {
      const whole = yield* sens
      assert.deepStrictEqual(
        Object.values<Json>(whole.components.securitySchemes).map(({ in: place, name, type }) => [type, place, name]),
        ["x-ncp-apigw-timestamp", "x-ncp-iam-access-key", "x-ncp-apigw-signature-v2"].map((
          name
        ) => ["apiKey", "header", name])
      )
      assert.sameMembers(operations(whole).map(({ about }) => about.operationId), [
        "send",
        "search",
        "result",
        "upload",
        "reservationStatus",
        "reservationCancel",
        "unsubscribesSearch",
        "unsubscribesRegister",
        "unsubscribesRemove"
      ])
      for (const { about } of operations(whole)) {
        assert.deepStrictEqual(about.security, [{ timestamp: [], accessKey: [], signature: [] }], about.operationId)
        assert.containsAllKeys(about.responses, ["400", "401", "403", "404", "408", "429", "500", "502", "503", "504"])
        for (const parameter of about.parameters) assert.isString(parameter.description, parameter.name)
        for (const { description } of Object.values<Json>(about.responses)) {
          assert.notStrictEqual(description, "Success")
        }
      }
      assert.notInclude(JSON.stringify(whole), "_tag")
      const described = whole.components.schemas.SendRequest.properties
      for (const [name, { description, anyOf }] of Object.entries<Json>(described)) {
        assert.isString(description ?? anyOf?.[0]?.description, name)
      }
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("numbers in a query are numbers, and words and times have their forms", () =>
    Effect.gen(function*() {
      const all = [...operations(yield* sens), ...operations(yield* control)]
      const numbers = new Set(["pageIndex", "pageSize", "startTime", "endTime", "after", "limit", "timeoutMillis"])
      let seen = 0
      for (const { about } of all) {
        for (const { name, schema } of about.parameters) {
          if (!numbers.has(name)) continue
          assert.strictEqual(schema.type, "integer", `${about.operationId} ${name}`)
          assert.isNumber(schema.minimum, `${about.operationId} ${name}`)
          seen++
        }
      }
      assert.isAbove(seen, 10)
      const search = operation(yield* sens, "search").about
      const schemaOf = (name: string) => search.parameters.find((each: Json) => each.name === name).schema
      assert.deepStrictEqual(schemaOf("status").enum, ["READY", "PROCESSING", "COMPLETED"])
      assert.isTrue(new RegExp(schemaOf("requestStartTime").pattern, "u").test("2026-01-02 03:04:05"))
      assert.isFalse(new RegExp(schemaOf("requestStartTime").pattern, "u").test("2026-01-02T03:04:05"))
    }).pipe(Effect.provide(EmulatorClient.layer())))
})

// -----------------------------------------------------------------------------
// Whether it is true
// -----------------------------------------------------------------------------

const pathOf = (path: string, parameters: Readonly<Record<string, string>> = {}) =>
  path.replace("{serviceId}", Account.serviceId).replace(/\{(\w+)\}/g, (_, name: string) => parameters[name] ?? "x")

// What an operation answers is what its document says of that status, field for field.
const assertDescribed = (
  document: Json,
  operationId: string,
  answer: { readonly status: number; readonly body: Json; readonly text: string }
) => {
  const says = operation(document, operationId).about.responses[answer.status]
  const what = `${operationId} ${answer.status}: ${answer.text.slice(0, 300)}`
  assert.isDefined(says, what)
  if (says.content === undefined) assert.strictEqual(answer.text, "", what)
  else assert.deepStrictEqual(problems(document, says.content["application/json"].schema, answer.body), [], what)
}

// Draws that a seed repeats (mulberry32).
const draws = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

describe("what the document says is so", () => {
  it.effect("each example is accepted, and fits its own schema", () =>
    Effect.gen(function*() {
      const whole = yield* sens
      let examples = 0
      for (const { about, method, path } of operations(whole)) {
        const content = about.requestBody?.content["application/json"]
        if (content === undefined) continue
        for (const [name, { value }] of Object.entries<Json>(content.examples)) {
          // Words in small letters are taken, and not listed.
          const known = { ...value, ...(value.type === "sms" ? { type: "SMS" } : undefined) }
          const checked = Array.isArray(value) ? value : known
          assert.deepStrictEqual(problems(whole, content.schema, checked), [], `${about.operationId} ${name}`)
          const answer = yield* call({ method, target: pathOf(path), body: value })
          assert.isBelow(answer.status, 300, `${about.operationId} ${name}: ${answer.text}`)
          assertDescribed(whole, about.operationId, answer)
          examples++
        }
      }
      assert.isAbove(examples, 6)
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("each answer of each operation is as described", () =>
    Effect.gen(function*() {
      const whole = yield* sens
      const at = (operationId: string, parameters?: Readonly<Record<string, string>>) => {
        const { method, path } = operation(whole, operationId)
        return { method, target: pathOf(path, parameters) }
      }
      const seen = new Set<string>()
      const ask = Effect.fnUntraced(function*(
        operationId: string,
        options: Partial<Parameters<typeof call>[0]> & {
          readonly query?: string
          readonly parameters?: Readonly<Record<string, string>>
        } = {}
      ) {
        const { parameters, query, ...rest } = options
        const { method, target } = at(operationId, parameters)
        const answer = yield* call({ method, target: query === undefined ? target : `${target}?${query}`, ...rest })
        assertDescribed(whole, operationId, answer)
        seen.add(`${operationId} ${answer.status}`)
        return answer
      })

      const uploaded = yield* ask("upload", {
        body: { fileName: "a.jpg", fileBody: Buffer.from(jpeg()).toString("base64") }
      })
      const sent = yield* ask("send", {
        body: sms({
          type: "MMS",
          subject: "제목",
          messages: [{ to: "01000000001" }, { to: "01000000002", content: "둘" }],
          files: [{ fileId: uploaded.body.fileId }]
        })
      })
      const reservation = yield* ask("send", { body: reserved() })
      for (
        const query of [
          `requestId=${sent.body.requestId}`,
          `requestId=${reservation.body.requestId}`,
          "requestId=nobody"
        ]
      ) {
        yield* ask("search", { query })
      }
      const found = yield* ask("search", {
        query: "requestStartTime=1970-01-01%2009:00:00&requestEndTime=1970-01-01%2010:00:00&pageSize=1"
      })
      assert.isString(found.body.nextToken)
      yield* ask("result", { parameters: { messageId: found.body.messages[0].messageId } })
      const parameters = { reserveId: reservation.body.requestId }
      yield* ask("reservationStatus", { parameters })
      yield* ask("reservationCancel", { parameters })
      yield* ask("reservationStatus", { parameters })
      yield* ask("reservationCancel", { parameters })
      const numbers = [{ clientTelNo: "01000000009" }]
      yield* ask("unsubscribesRegister", { body: numbers })
      yield* ask("unsubscribesSearch")
      yield* ask("unsubscribesRemove", { body: numbers })
      for (const id of ["result", "reservationStatus", "reservationCancel"]) yield* ask(id)

      const ids = operations(whole).map(({ about }) => about.operationId as string)
      const withBody = operations(whole).filter(({ about }) => about.requestBody !== undefined)
        .map(({ about }) => about.operationId as string)
      for (const id of ids) {
        const body = withBody.includes(id) ? {} : undefined
        yield* ask(id, { body, signed: { secretKey: "wrong" } })
        yield* ask(id, { body, headers: { "x-ncp-apigw-signature-v2": undefined } })
        const { method, target } = at(id)
        const other = target.replace(Account.serviceId, "ncp:sms:kr:000000000000:other")
        const denied = yield* call({ method, target: other, body })
        assert.strictEqual(denied.status, 403)
        assertDescribed(whole, id, denied)
      }
      for (const id of withBody) {
        yield* ask(id, { body: {} })
        yield* ask(id, { rawBody: "x", headers: { "content-type": "text/plain" } })
        yield* ask(id, { rawBody: " ".repeat(1_048_577) })
      }
      yield* ask("search", { query: "pageSize=0" })
      yield* ask("unsubscribesSearch", { query: "pageSize=0" })

      const faults: ReadonlyArray<Fault.Fault> = [
        Fault.tooManyRequests(),
        ...(["400", "410", "420"] as const).map((code) => Fault.tooManyRequests({ code, retryAfter: "1" })),
        ...([408, 500, 502, 503, 504] as const).flatMap((status) => [
          Fault.serverError({ status }),
          Fault.serverError({ status, accepted: true })
        ]),
        Fault.clockSkew("10 minutes"),
        Fault.emptyNotFound
      ]
      for (const id of ids) {
        for (const fault of faults) {
          yield* script({ operation: id, count: 1, fault })
          yield* ask(id, { body: withBody.includes(id) ? {} : undefined })
        }
      }
      for (const id of ids) {
        for (const status of [401, 404, 408, 429, 500, 502, 503, 504]) {
          assert.isTrue(seen.has(`${id} ${status}`), `${id} ${status}`)
        }
      }
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("what a parameter is said to hold is taken, and what is beyond it is refused", () =>
    Effect.gen(function*() {
      const whole = yield* sens
      const samples: Readonly<Record<string, readonly [fine: ReadonlyArray<string>, refused: ReadonlyArray<string>]>> =
        {
          countryCode: [["82", "082", "%2B82", "0082", "1"], ["kr", "0", "-1"]],
          from: [["021", "1".repeat(25)], ["02-1", "1".repeat(26), "x"]],
          to: [["021", "1".repeat(25)], ["02-1", "1".repeat(26), "x"]],
          clientTelNo: [["021", "1".repeat(25)], ["02-1", "1".repeat(26), "x"]]
        }
      let checked = 0
      for (const [id, scope] of [["search", "requestId=x&"], ["unsubscribesSearch", ""]] as const) {
        const { about, path } = operation(whole, id)
        const status = (query: string) =>
          Effect.map(call({ target: `${pathOf(path)}?${scope}${query}` }), (answer) => answer.status)
        for (const { name, schema } of about.parameters.filter((each: Json) => each.in === "query")) {
          const fine: ReadonlyArray<string> = schema.enum ?? samples[name]?.[0] ?? []
          const refused: ReadonlyArray<string> = schema.enum === undefined ? samples[name]?.[1] ?? [] : ["nothing"]
          const bounds = schema.type === "integer"
          for (const value of bounds ? [String(schema.minimum), String(schema.maximum)] : fine) {
            assert.deepStrictEqual(
              bounds ? [] : problems(whole, schema, decodeURIComponent(value)),
              [],
              `${name}=${value}`
            )
            assert.strictEqual(yield* status(`${name}=${value}`), 200, `${name}=${value}`)
            checked++
          }
          for (const value of bounds ? [String(schema.minimum - 1), String(schema.maximum + 1), "1.5", "x"] : refused) {
            assert.strictEqual(yield* status(`${name}=${value}`), 400, `${name}=${value}`)
            checked++
          }
        }
      }
      assert.isAbove(checked, 50)
      for (const value of ["2026-01-02T03:04:05", "2026-01-02", "x"]) {
        assert.strictEqual((yield* list(`requestStartTime=${value}&requestEndTime=${value}`)).status, 400)
      }
    }).pipe(Effect.provide(EmulatorClient.layer())))

  // Whatever may stand in a field, right or wrong, none of it refused by a rule that no schema can say.
  const bodies = (seed: number): () => Json => {
    const draw = draws(seed)
    const pick = (all: ReadonlyArray<Json>): Json => all[draw(all.length)]
    const anything = () => pick([null, true, 0, 82, 1.5, "", "x", [], {}, [{}], "010", "01012345678"])
    const field = (fine: ReadonlyArray<Json>) => draw(20) === 0 ? anything() : pick(fine)
    const text = ["내용", " ", "a"]
    const digits = "1".repeat(25)
    const fine = Array.from({ length: 30 }, (_, i) => `010${String(i).padStart(8, "0")}`)
    const number = [...fine, digits, `${digits}1`, "010-1234-5678", ""]
    const without = (body: Json) => {
      for (const key of Object.keys(body)) if (draw(30) === 0) delete body[key]
      return body
    }
    const recipient = () =>
      draw(15) === 0 ? anything() : without({ to: field(number), content: field(text), subject: field(text) })
    return () =>
      without({
        type: field(["SMS"]),
        contentType: field(["COMM", "AD", null]),
        countryCode: field(["82", "082", "+82", "0082", 82, 81, "1", null, 10_000, "00082"]),
        from: field(number),
        content: field(text),
        messages: field([Array.from({ length: draw(4) }, recipient)]),
        files: field([null, []]),
        reserveTime: field([null]),
        extra: anything()
      })
  }

  it.effect("a send is accepted if and only if its body fits the schema", () =>
    Effect.gen(function*() {
      const whole = yield* sens
      const { schema } = operation(whole, "send").about.requestBody.content["application/json"]
      let accepted = 0
      const next = bodies(7)
      for (let i = 0; i < 2000; i++) {
        const value = next()
        // The form of a time is told by a rule, since an empty one is as good as none.
        if (typeof value.reserveTime === "string") continue
        const wrong = problems(whole, schema, value, { open: true })
        const answer = yield* send(value)
        assert.strictEqual(
          answer.status,
          wrong.length === 0 ? 202 : 400,
          `${JSON.stringify(value)} ${wrong} ${answer.text}`
        )
        assertDescribed(whole, "send", answer)
        if (answer.status === 202) accepted++
        // Sentences of the service's kind, none of the machinery's.
        for (const error of answer.body.errors ?? []) {
          assert.match(error, /^The [a-zA-Z() ]+ (?:must|cannot) /, answer.text)
        }
      }
      assert.isAbove(accepted, 300)
    }).pipe(Effect.provide(EmulatorClient.layer())), 60_000)

  it.effect("so for the block list", () =>
    Effect.gen(function*() {
      const whole = yield* sens
      const pick = draws(11)
      const numbers: ReadonlyArray<Json> = [
        "1",
        "01012345678",
        "1".repeat(25),
        "1".repeat(26),
        "010-1",
        "",
        1,
        null,
        []
      ]
      const entries: ReadonlyArray<() => Json> = [
        ...Array.from({ length: 8 }, (_, i) => () => ({ clientTelNo: String(i), extra: 1 })),
        () => ({ clientTelNo: numbers[pick(numbers.length)] }),
        () => [{}, null, "01012345678", []][pick(4)]
      ]
      const seen = new Set<number>()
      for (let i = 0; i < 300; i++) {
        const body = pick(20) === 0
          ? { 0: {} }
          : Array.from({ length: pick(4) }, () => entries[pick(entries.length)]!())
        for (const id of ["unsubscribesRegister", "unsubscribesRemove"]) {
          const { about, method, path } = operation(whole, id)
          const wrong = problems(whole, about.requestBody.content["application/json"].schema, body, { open: true })
          const answer = yield* call({ method, target: pathOf(path), body })
          assert.strictEqual(answer.status < 300, wrong.length === 0, `${JSON.stringify(body)} ${wrong} ${answer.text}`)
          assertDescribed(whole, id, answer)
          seen.add(answer.status)
        }
      }
      assert.sameMembers(Array.from(seen), [200, 204, 400])
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("what the control API reads back is as described", () =>
    Effect.gen(function*() {
      const whole = yield* control
      yield* script({ operation: "send", count: null, fault: { _tag: "Slow" } })
      yield* send(sms({ content: "인증번호 493021" }))
      yield* send(sms({ content: "인증번호 493021" }))
      yield* send(sms({ type: "LMS", subject: "제목", content: "가".repeat(1001) }))
      yield* send(reserved())
      yield* send(sms({ content: "" }))
      yield* send(sms(), { signed: { secretKey: "wrong" } })
      yield* send(sms(), { signed: { accessKey: "nobody" } })
      yield* send(sms(), { timestamp: 1 })
      yield* list("requestId=x")
      let read = 0
      for (const { about, method, path } of operations(whole)) {
        if (method !== "GET" || path.includes("{")) continue
        const answer = yield* call({ target: path })
        assert.strictEqual(answer.status, 200, `${path} ${answer.text}`)
        assertDescribed(whole, about.operationId, answer)
        const limit = about.parameters.find(({ name }: Json) => name === "limit")
        if (limit === undefined) continue
        const refused = yield* call({ target: `${path}?limit=${limit.schema.minimum - 1}` })
        assert.strictEqual(refused.status, 400)
        assertDescribed(whole, about.operationId, refused)
        read++
      }
      assert.isAbove(read, 2)
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("and a client of Effect reads its errors", () =>
    Effect.gen(function*() {
      const client = yield* HttpApiClient.make(SensApi.SensApi, { baseUrl: origin })
      const params = { serviceId: Account.serviceId }
      const unsigned = yield* Effect.flip(client.unsubscribes.unsubscribesSearch({ params, query: {} }))
      assert.instanceOf(unsigned, ServiceError.AuthenticationFailed)
      assert.strictEqual(unsigned._tag, "AuthenticationFailed")
    }).pipe(Effect.provide(EmulatorClient.layer())))
})

// -----------------------------------------------------------------------------
// Refusals
// -----------------------------------------------------------------------------

describe("a refusal names the field", () => {
  const refusals: ReadonlyArray<
    readonly [path: string, method: "POST" | "DELETE", body: Json, errors: ReadonlyArray<string>]
  > = [
    ["messages", "POST", sms({ messages: [{ to: "1" }, { to: 1012345678 }] }), [
      "The receiver(to) must be a string. (messages.1.to)"
    ]],
    ["messages", "POST", sms({ messages: [{ to: 1 }, { to: [] }, { to: {} }, { to: "1" }, { to: true }] }), [
      "The receiver(to) must be a string. (messages.0.to and 3 more)"
    ]],
    ["messages", "POST", sms({ messages: [{}, { to: null }] }), ["The receiver(to) cannot be empty."]],
    ["messages", "POST", sms({ messages: ["01012345678"] }), ["The messages must hold objects. (messages.0)"]],
    ["messages", "POST", sms({ messages: [[{ to: "1" }], null] }), [
      "The messages must hold objects. (messages.0 and 1 more)"
    ]],
    ["messages", "POST", sms({ messages: [{ to: "1", content: 5, subject: [] }] }), [
      "The subject must be a string. (messages.0.subject)",
      "The content must be a string. (messages.0.content)"
    ]],
    ["messages", "POST", sms({ messages: null }), ["The messages cannot be empty."]],
    ["messages", "POST", sms({ messages: "01012345678" }), ["The messages must be an array."]],
    ["messages", "POST", sms({ from: 212345678, content: 1, type: 1, contentType: 1 }), [
      "The type must be a string.",
      "The contentType must be one of COMM, AD.",
      "The sender(from) must be a string.",
      "The content must be a string."
    ]],
    ["messages", "POST", sms({ type: null, from: null, content: null }), [
      "The type cannot be empty.",
      "The sender(from) cannot be empty.",
      "The content cannot be empty. (root content is mandatory)"
    ]],
    ...["kr", "0", "00082", "82 ", "", true, 8.2, 0, -82, 10_000, {}].map((countryCode) =>
      ["messages", "POST", sms({ countryCode }), ["The countryCode must be numeric."]] as const
    ),
    ["messages", "POST", sms({ files: ["a", { fileId: 1 }, { fileId: null }, {}] }), [
      "The files must hold fileIds. (files.0)",
      "The fileId must be a string. (files.1.fileId)",
      "The fileId cannot be empty. (files.2.fileId and 1 more)"
    ]],
    ["messages", "POST", sms({ reserveTime: 202601010900, reserveTimeZone: 9 }), [
      "The reserveTime must be a string.",
      "The reserveTimeZone must be a string."
    ]],
    ["files", "POST", { fileName: 1, fileBody: [] }, [
      "The fileName must be a string.",
      "The fileBody must be a string."
    ]],
    ["files", "POST", { fileName: null }, ["The fileName cannot be empty.", "The fileBody cannot be empty."]],
    ...(["POST", "DELETE"] as const).flatMap((method) =>
      [
        ["unsubscribes", method, [{ clientTelNo: "1" }, { clientTelNo: 1 }], [
          "The clientTelNo must be a string. (1.clientTelNo)"
        ]],
        ["unsubscribes", method, ["01012345678", null], ["The request body must hold objects. (0 and 1 more)"]],
        ["unsubscribes", method, [{ clientTelNo: null }, {}], [
          "The clientTelNo cannot be empty. (0.clientTelNo and 1 more)"
        ]]
      ] as const
    )
  ]
  for (const [path, method, body, errors] of refusals) {
    it.effect(`${method} ${path} ${JSON.stringify(body).slice(0, 150)}`, () =>
      Effect.gen(function*() {
        const answer = yield* call({ method, target: `${base}/${path}`, body })
        assert.deepStrictEqual(answer.body, {
          errors,
          errorMessage: `Validation failed. ${errors.length} error(s)`,
          status: 400
        })
      }).pipe(Effect.provide(EmulatorClient.layer())))
  }

  it("each of them in Korean, too, with its place", () => {
    for (const [, , , errors] of refusals) {
      for (const error of errors) {
        const { ko } = Refusals.ofRule(error)
        assert.match(ko, /[가-힣]/, error)
        const place = /\(([\w.]*\d[\w.]*)/.exec(error)?.[1]
        if (place !== undefined) assert.include(ko, place)
      }
    }
    assert.strictEqual(
      Refusals.ofRule("The receiver(to) must be a string. (messages.0.to and 3 more)").ko,
      "receiver(to): 문자열이어야 합니다 (messages.0.to 외 3곳)"
    )
  })

  it.effect("files in the send itself: what is wrong with them, too", () =>
    Effect.gen(function*() {
      const errors = (files: Json) => Effect.map(send(sms({ type: "MMS", files })), ({ body }) => body.errors)
      assert.deepStrictEqual(yield* errors([{ name: 1, body: "x" }]), [
        "The fileId cannot be empty. (files.0.fileId)",
        "The name of a file must be a string. (files.0.name)"
      ])
      assert.deepStrictEqual(yield* errors(["x"]), ["The files must hold fileIds, or names and bodies. (files.0)"])
    }).pipe(Effect.provide(EmulatorClient.layer({ switches: { inlineFiles: "accept" } }))))

  it.effect("82 however it is written: in a send, in its answer, and in a search", () =>
    Effect.gen(function*() {
      for (const countryCode of ["82", "082", "0082", "+82", 82, null]) {
        const sent = yield* send(sms({ type: "LMS", countryCode }))
        assert.strictEqual(sent.status, 202, `${countryCode} ${sent.text}`)
        for (const asked of ["82", "082", "%2B82"]) {
          const found = yield* list(`requestId=${sent.body.requestId}&countryCode=${asked}`)
          assert.deepStrictEqual(found.body.messages.map((each: Json) => each.countryCode), ["82"])
        }
      }
    }).pipe(Effect.provide(EmulatorClient.layer())))

  it.effect("a filter of a search that could find nothing is refused", () =>
    Effect.gen(function*() {
      const errors = (query: string) => Effect.map(list(`requestId=x&${query}`), ({ body }) => body.errors)
      assert.deepStrictEqual(yield* errors("to=010-1234-5678&from=a&countryCode=kr&pageSize=ten"), [
        "The countryCode must be numeric.",
        "The sender(from) must be numeric and cannot exceed 25 characters.",
        "The receiver(to) must be numeric and cannot exceed 25 characters.",
        "The pageSize must be between 1 and 1000."
      ])
      assert.deepStrictEqual(yield* errors("to=1&to=2"), ["The to can be given once."])
    }).pipe(Effect.provide(EmulatorClient.layer())))
})

// -----------------------------------------------------------------------------
// Faults as JSON
// -----------------------------------------------------------------------------

const script = Effect.fnUntraced(function*(pending: Json) {
  const client = yield* HttpClient.HttpClient
  const response = yield* client.execute(
    HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.post(`${origin}/__emulator/faults`), pending)
  )
  assert.strictEqual(response.status, 204, yield* response.text)
})

describe("faults on the wire", () => {
  const made: ReadonlyArray<readonly [written: Json, fault: Fault.Fault]> = [
    [{ _tag: "TooManyRequests" }, Fault.tooManyRequests()],
    [{ _tag: "TooManyRequests", code: "410", retryAfter: 2 }, Fault.tooManyRequests({ code: "410", retryAfter: 2 })],
    [{ _tag: "ServerError" }, Fault.serverError()],
    [{ _tag: "ServerError", accepted: true }, Fault.serverError({ accepted: true })],
    [{ _tag: "Redirect", location: "/x" }, Fault.redirect({ location: "/x" })],
    [{ _tag: "SaysFailed" }, Fault.saysFailed()],
    [{ _tag: "Unreadable" }, Fault.unreadable()],
    [{ _tag: "Flood", bytes: 5 }, Fault.flood({ bytes: 5 })],
    [{ _tag: "ClockSkew" }, Fault.clockSkew()],
    [{ _tag: "EmptyNotFound" }, Fault.emptyNotFound],
    [{ _tag: "Refused" }, Fault.refused],
    [{ _tag: "Reset" }, Fault.reset()],
    [{ _tag: "Silence" }, Fault.silence()],
    [{ _tag: "AcceptedLater", afterMillis: 5 }, Fault.acceptedLater({ after: 5 })],
    [{ _tag: "Slow" }, Fault.slow({})],
    [{ _tag: "WrongDate", offsetMillis: 5 }, Fault.wrongDate(5)],
    [{ _tag: "NoDate" }, Fault.noDate]
  ]

  it.effect("may leave out what their constructors may, with the same meaning", () =>
    Effect.gen(function*() {
      for (const [fault] of made) yield* script({ operation: "send", count: 1, fault })
      const { body } = yield* call({ target: "/__emulator/faults" })
      assert.deepStrictEqual(body.pending.map(({ fault }: Json) => fault), made.map(([, fault]) => fault))
      const whole = yield* control
      const tags = whole.components.schemas.Fault.anyOf.map((each: Json) => each.properties._tag.enum[0])
      assert.sameMembers(Array.from(new Set(made.map(([{ _tag }]) => _tag))), tags)
      for (const [fault] of made) assert.deepStrictEqual(problems(whole, whole.components.schemas.Fault, fault), [])
    }).pipe(Effect.provide(EmulatorClient.layer())))
})
