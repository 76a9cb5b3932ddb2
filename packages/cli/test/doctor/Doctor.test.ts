import * as Account from "@effect-sens/emulator/Account"
import type * as Emulator from "@effect-sens/emulator/Emulator"
import * as Fault from "@effect-sens/emulator/Fault"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Schema from "effect/Schema"
import * as Check from "../../src/doctor/Check.ts"
import * as Checks from "../../src/doctor/Checks.ts"
import * as Texts from "../../src/doctor/checks/Texts.ts"
import * as Report from "../../src/doctor/Report.ts"
import * as Sample from "../../src/doctor/Sample.ts"
import * as Settings from "../../src/doctor/Settings.ts"
import { credentials, everything, examine, from, to } from "./examine.ts"

const past = (emulator: Emulator.Service) => emulator.seedPast({ messages: 25, days: 0.9 })

const live = { mode: "live" } as const

describe("on a service as it is documented", () => {
  it.effect("every check ends well, and one message is sent, one with odd characters, none by the reservation", () =>
    Effect.gen(function*() {
      const { code, findings, messages, settings, uncertain, verdicts } = yield* examine({}, {
        asked: everything,
        before: past
      })
      assert.strictEqual(findings.length, Checks.all.length)
      assert.deepStrictEqual(
        Object.entries(verdicts).filter(([, verdict]) => verdict !== "ok"),
        []
      )
      assert.strictEqual(code, 0)
      assert.deepStrictEqual(messages.filter((text) => text.includes("doctor")).toSorted(), [
        Sample.oddContent,
        Sample.content(1, 1)
      ])
      assert.deepStrictEqual(Report.settingsOf(settings), {
        visibilityLag: "60 seconds",
        timestampTolerance: "5 minutes",
        overlap: "60 seconds",
        onAmbiguous: null,
        onOpen: null
      })
      assert.isFalse(uncertain.at(-1))
    }))

  it("numbers and names its checks, in order and once", () => {
    assert.deepStrictEqual(Checks.all.map(({ number }) => number), Checks.all.map((_, index) => index + 1))
    assert.strictEqual(new Set(Checks.all.map(({ id }) => id)).size, Checks.all.length)
  })

  it.effect("asks nothing that was not asked for", () =>
    Effect.gen(function*() {
      const { findings, messages } = yield* examine({}, { asked: { mode: "online" } })
      assert.isTrue(findings.every(({ check }) => check.mode !== "live" && check.extra === undefined))
      assert.deepStrictEqual(messages, [])
      const offline = yield* examine({}, { asked: { mode: "offline" } })
      assert.deepStrictEqual(offline.findings.flatMap(({ exchanges }) => exchanges), [])
      assert.strictEqual(offline.findings.length, 3)
    }))
})

describe("each switch of the emulator is found", () => {
  it.effect("emptySearch", () =>
    Effect.gen(function*() {
      for (const emptySearch of ["page", "notFound"] as const) {
        const { facts, verdicts } = yield* examine({ switches: { emptySearch } })
        assert.strictEqual(facts("search")["emptySearch"], emptySearch)
        assert.strictEqual(verdicts["search"], "ok")
        assert.strictEqual(
          facts("unknown-ids")["request"],
          emptySearch === "page" ? "200 with nothing in it" : "404 without a body"
        )
      }
    }))

  it.effect("paging", () =>
    Effect.gen(function*() {
      for (const paging of ["both", "pageIndex", "nextToken"] as const) {
        const { facts, learned } = yield* examine({ switches: { paging } }, { before: past })
        assert.strictEqual(facts("paging")["paging"], paging)
        assert.strictEqual(learned.paging, paging)
        assert.strictEqual(facts("order")["messages"], 20)
        assert.strictEqual(facts("order")["order"], "up")
      }
    }))

  it.effect("timestampTolerance, and that there is none", () =>
    Effect.gen(function*() {
      for (const seconds of [30, 120, 300, 420, 1000, 7200]) {
        const { facts, learned, settings } = yield* examine({ timestampTolerance: Duration.seconds(seconds) })
        assert.isTrue(facts("fence")["enforced"])
        const { accepted, refused = 0 } = learned.fence ?? { accepted: 0 }
        assert.isAtMost(accepted, seconds * 1000)
        assert.isAtLeast(refused, seconds * 1000)
        assert.isAtMost(refused - accepted, 20_000)
        // The fence that a client counts with is never before that of the gateway, but for what the clocks are apart.
        const { timestampTolerance = Duration.zero } = settings
        assert.isAtLeast(Duration.toSeconds(timestampTolerance), Math.max(300, seconds))
      }
      const { code, facts, says, settings, verdicts } = yield* examine({ timestampTolerance: "1000 days" })
      assert.isFalse(facts("fence")["enforced"])
      assert.strictEqual(verdicts["fence"], "bad")
      assert.strictEqual(code, 6)
      assert.match(says("fence"), /onAmbiguous: "fail".*onOpen: "hold"/)
      assert.strictEqual(Report.settingsOf(settings).onAmbiguous, "fail")
      assert.strictEqual(Report.settingsOf(settings).onOpen, "hold")
      assert.isUndefined(settings.timestampTolerance)
    }))

  it.effect("a fence on one side alone: of old timestamps, or of those ahead", () =>
    Effect.gen(function*() {
      const oneSided = (sign: 1 | -1) =>
        examine({ timestampTolerance: "1000 days" }, {
          client: (client) =>
            HttpClient.transform(client, (response, request) =>
              Effect.flatMap(Clock.currentTimeMillis, (now) =>
                sign * (now - Number(request.headers["x-ncp-apigw-timestamp"])) > 300_000
                  ? Effect.succeed(HttpClientResponse.fromWeb(request, new Response("", { status: 401 })))
                  : response))
        })
      const old = yield* oneSided(1)
      assert.deepInclude(old.facts("fence"), {
        enforced: true,
        olderAcceptedSeconds: 290,
        olderRefusedSeconds: 310,
        aheadAcceptedSeconds: 86_400,
        aheadRefusedSeconds: null
      })
      assert.strictEqual(old.verdicts["fence"], "note")
      assert.isUndefined(old.settings.onAmbiguous)
      const ahead = yield* oneSided(-1)
      assert.deepInclude(ahead.facts("fence"), { enforced: false, aheadAcceptedSeconds: 290, aheadRefusedSeconds: 310 })
      assert.strictEqual(ahead.settings.onAmbiguous, "fail")
    }))

  it.effect("a Date that is not the gateway's changes nothing of what is measured", () =>
    Effect.gen(function*() {
      for (const days of [-20_000, 1]) {
        const { facts, verdicts } = yield* examine({}, {
          before: (emulator) => emulator.faults.next("any", Infinity, Fault.wrongDate(Duration.days(days))),
          asked: live
        })
        assert.strictEqual(verdicts["skew"], "bad")
        assert.strictEqual(facts("skew")["isGateways"], false)
        assert.strictEqual(verdicts["fence"], "ok")
        assert.strictEqual(verdicts["visibility"], "ok")
        assert.strictEqual(verdicts["times"], "ok")
      }
    }))

  it.effect("clockOffset, in which the rest is measured all the same", () =>
    Effect.gen(function*() {
      for (const minutes of [-600, -10, -0.5, 0.5, 10, 600]) {
        const { facts, learned, verdicts } = yield* examine({ clockOffset: Duration.minutes(minutes) }, {
          before: past
        })
        assert.isTrue(facts("skew")["agree"])
        const { millis, within } = learned.clock ?? { millis: 0, within: 0 }
        assert.isAtMost(Math.abs(millis - minutes * 60_000), within)
        assert.strictEqual(verdicts["skew"], Math.abs(minutes) < 1 ? "ok" : "bad")
        // Off by more than the fence: refused, and then taken by the gateway's time.
        assert.strictEqual(verdicts["search"], Math.abs(minutes) > 5 ? "bad" : "ok")
        assert.strictEqual(verdicts["fence"], "ok")
      }
    }))

  it.effect("visibleAfter, processingAfter and completedAfter", () =>
    Effect.gen(function*() {
      for (const [visible, processing, completed] of [[0, 1, 5], [2, 3, 4], [90, 100, 130], [10, 0, 0]] as const) {
        const { facts, settings, verdicts } = yield* examine({
          visibleAfter: Duration.seconds(visible),
          processingAfter: Duration.seconds(processing),
          completedAfter: Duration.seconds(completed)
        }, { asked: live })
        const near = (value: unknown, seconds: number) => {
          assert.isAtLeast(Number(value), seconds * 1000)
          // Asked at every quarter of a second, later at every sixtieth of what was waited; and the clock goes by quarters.
          assert.isAtMost(Number(value), seconds * 1000 * 61 / 60 + 500)
        }
        assert.strictEqual(verdicts["visibility"], "ok")
        for (const way of ["requestMillis", "windowMillis", "toMillis"]) near(facts("visibility")[way], visible)
        near(facts("statuses")["completedMillis"], Math.max(visible, completed))
        if (processing > visible) near(facts("statuses")["processingMillis"], processing)
        assert.strictEqual(facts("delivery")["p50Millis"], completed * 1000)
        // Three times the worst where that is more than a minute; never less than the default.
        const { visibilityLag = Duration.zero } = settings
        assert.isAtLeast(Duration.toSeconds(visibilityLag), Math.max(60, 3 * visible))
        assert.isAtMost(Duration.toSeconds(visibilityLag), Math.max(60, 3 * visible + 10))
      }
    }))

  it.effect("the message is found among hundreds of others, however pages are asked for", () =>
    Effect.gen(function*() {
      for (const paging of ["pageIndex", "nextToken"] as const) {
        const { messages, verdicts } = yield* examine({ switches: { paging } }, { asked: live, crowd: 230 })
        assert.isAbove(messages.length, 230)
        assert.strictEqual(verdicts["visibility"], "ok")
        assert.strictEqual(verdicts["delivery"], "ok")
        assert.strictEqual(verdicts["filters"], "ok")
      }
    }))

  it.effect("a log that shows it after five minutes, or never", () =>
    Effect.gen(function*() {
      const { code, elapsed, facts, settings, verdicts } = yield* examine({ visibleAfter: "1 hour" }, { asked: live })
      assert.strictEqual(verdicts["visibility"], "bad")
      assert.strictEqual(facts("visibility")["requestMillis"], null)
      assert.strictEqual(verdicts["statuses"], "note")
      assert.strictEqual(code, 6)
      assert.isUndefined(settings.visibilityLag)
      assert.isBelow(elapsed, 6 * 60_000)
    }))

  it.effect("a completion that shows late is the overlap", () =>
    Effect.gen(function*() {
      // It completed before the log shows anything of it.
      const { facts, settings } = yield* examine({ visibleAfter: "50 seconds", completedAfter: "1 second" }, {
        asked: live
      })
      assert.approximately(Number(facts("times")["completionLagMillis"]), 49_000, 1500)
      assert.isAtLeast(Duration.toSeconds(settings.overlap ?? Duration.zero), 147)
    }))

  it.effect("fileReuse and fileExpiry", () =>
    Effect.gen(function*() {
      for (const fileReuse of ["nameAndSize", "never"] as const) {
        for (const days of [2, 6]) {
          const { facts } = yield* examine({ switches: { fileReuse }, fileExpiry: Duration.days(days) }, {
            asked: { ...live, files: true }
          })
          assert.deepStrictEqual(facts("files"), { fileReuse, days })
        }
      }
    }))

  it.effect("reserveTime, reservationLead and reservationCutoff", () =>
    Effect.gen(function*() {
      const reserve = { asked: { ...live, reserve: true } }
      for (const reserveTime of ["offset", "minutes"] as const) {
        const { facts, messages } = yield* examine({ switches: { reserveTime } }, reserve)
        assert.deepStrictEqual(facts("reservation"), {
          accepted: true,
          statusName: "success",
          inSearch: false,
          reserveTime,
          statusBefore: "READY",
          cancel: 204,
          statusAfter: "CANCELED",
          cancelTwice: 400,
          cancelUnknown: 404
        })
        assert.strictEqual(messages.length, 1)
      }
      const lead = yield* examine({ reservationLead: "1 hour" }, reserve)
      assert.strictEqual(lead.facts("reservation")["accepted"], false)
      assert.strictEqual(lead.code, 3)
      const cutoff = yield* examine({ reservationCutoff: "1 hour" }, reserve)
      assert.strictEqual(cutoff.facts("reservation")["statusAfter"], "READY")
      assert.match(cutoff.says("reservation"), /will be sent/)
      assert.strictEqual(cutoff.code, 6)
    }))

  it.effect("charset and unencodable: what becomes of the odd text", () =>
    Effect.gen(function*() {
      const texts = { asked: { ...live, texts: true } }
      const fail = yield* examine({ switches: { unencodable: "fail" } }, texts)
      assert.strictEqual(fail.facts("texts")["equal"], true)
      assert.strictEqual(fail.facts("texts")["statusCode"], "3022")
      const reject = yield* examine({ switches: { unencodable: "reject" } }, texts)
      assert.strictEqual(reject.facts("texts")["status"], 400)
      assert.strictEqual(reject.verdicts["texts"], "note")
    }))

  it.effect("unregisteredSender: refused at once, or by the result", () =>
    Effect.gen(function*() {
      const accounts = [{ ...Account.emulatorAccount, senders: ["0200000000"] }]
      const reject = yield* examine({ accounts, switches: { unregisteredSender: "reject" } }, { asked: live })
      assert.strictEqual(reject.facts("send")["status"], 400)
      assert.strictEqual(reject.code, 3)
      // What rests on the message tells that there is none.
      assert.strictEqual(reject.verdicts["visibility"], "note")
      const fail = yield* examine({ accounts, switches: { unregisteredSender: "fail" } }, { asked: live })
      assert.strictEqual(fail.facts("delivery")["code"], "3023")
      assert.strictEqual(fail.verdicts["delivery"], "bad")
    }))

  it.effect("the result code of a number, and its carrier", () =>
    Effect.gen(function*() {
      const { facts, says } = yield* examine({ outcomes: { [to]: "3001" }, telcoCode: () => "LGT" }, { asked: live })
      assert.strictEqual(facts("delivery")["code"], "3001")
      assert.strictEqual(facts("delivery")["telco"], "LGT")
      assert.match(says("delivery"), /3001/)
    }))

  it.effect("what filters take, and the edges of a window", () =>
    Effect.gen(function*() {
      const { facts } = yield* examine({}, { asked: live })
      assert.deepInclude(facts("filters"), {
        to: true,
        toWithHyphens: "HTTP 400",
        from: true,
        fromWithHyphens: "HTTP 400",
        statusNameLower: true,
        statusNameUpper: true,
        itsSecond: true,
        endsAtIt: true,
        startsAtIt: true,
        endsBefore: false,
        startsAfter: false
      })
    }))
})

describe("settings", () => {
  const learned = (lags: ReadonlyArray<number>): Check.Learned => ({
    ...Check.nothing(),
    sent: lags.map((lag) => ({
      content: "",
      startedAt: 0,
      at: 0,
      requestId: "a",
      messageId: undefined,
      seen: { request: lag, window: lag, to: lag },
      statuses: new Map()
    }))
  })
  const seconds = (duration: Duration.Duration | undefined) =>
    duration === undefined ? undefined : Duration.toSeconds(duration)

  it("are never lowered by one message, or by nineteen", () => {
    for (const many of [1, 19]) {
      const seen = learned(Array.from({ length: many }, () => 500))
      assert.strictEqual(seconds(Settings.make(seen, { current: {} }).visibilityLag), 60)
      const current = { visibilityLag: Duration.minutes(4) }
      assert.strictEqual(seconds(Settings.make(seen, { current }).visibilityLag), 240)
      assert.isUndefined(Settings.lower(seen, Duration.minutes(4)))
    }
  })

  it("are lowered by twenty where somebody says so, to three times the worst", () => {
    const seen = learned([...Array.from({ length: 19 }, () => 500), 6100])
    const lower = Settings.lower(seen, Duration.seconds(60))
    assert.strictEqual(seconds(lower), 20)
    assert.strictEqual(seconds(Settings.make(seen, { current: {} }).visibilityLag), 60)
    assert.strictEqual(seconds(Settings.make(seen, { current: {}, lowered: lower }).visibilityLag), 20)
    // However fast it was.
    assert.strictEqual(
      seconds(Settings.lower(learned(Array.from({ length: 20 }, () => 1)), Duration.seconds(60))),
      10
    )
    assert.isUndefined(Settings.lower(learned(Array.from({ length: 20 }, () => 30_000)), Duration.seconds(60)))
  })

  it("are raised by one that was late, and not made of one that never showed", () => {
    assert.strictEqual(seconds(Settings.make(learned([500, 70_000]), { current: {} }).visibilityLag), 210)
    const never = learned([500, 600])
    delete never.sent[1]?.seen.to
    assert.isUndefined(Settings.make(never, { current: {} }).visibilityLag)
  })

  it("are written as a profile reads them", () => {
    const read = Schema.decodeUnknownSync(Schema.DurationFromString)
    for (const value of [10, 60, 75, 210, 300, 3600]) {
      assert.strictEqual(Duration.toSeconds(read(Settings.text(Duration.seconds(value)))), value)
    }
  })

  it.effect("twenty messages are sent one after another, and each is measured", () =>
    Effect.gen(function*() {
      const { facts, learned, messages } = yield* examine({ visibleAfter: "2 seconds" }, { asked: live, samples: 20 })
      assert.strictEqual(messages.length, 20)
      assert.strictEqual(new Set(messages).size, 20)
      assert.strictEqual(facts("visibility")["messages"], 20)
      assert.strictEqual(Settings.lower(learned, Duration.seconds(60))?.pipe(Duration.toSeconds), 10)
    }))
})

const answering = (answer: () => Response) => () =>
  HttpClient.make((request) => Effect.sync(() => HttpClientResponse.fromWeb(request, answer())))

const cut = () =>
  new Response(
    new ReadableStream({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode("{\"statusCode\":\"202\",\"messages\":["))
        controller.error(new Error("the connection broke"))
      }
    }),
    { headers: { date: "Sat, 28 Nov 2026 03:00:00 GMT" } }
  )

const flood = () => {
  const piece = new Uint8Array(1024 * 1024).fill(0x20)
  let pieces = 0
  return new Response(
    new ReadableStream({
      pull: (controller) => {
        if (pieces++ < 64) controller.enqueue(piece)
        else controller.close()
      }
    })
  )
}

describe("on a service that is not well, every check ends with a verdict", () => {
  const clients: { readonly [name: string]: () => HttpClient.HttpClient } = {
    "hangs": () => HttpClient.make(() => Effect.never),
    "is not there": () =>
      HttpClient.make((request) =>
        Effect.fail(
          new HttpClientError.HttpClientError({
            reason: new HttpClientError.TransportError({
              request,
              cause: Object.assign(new Error("refused"), { code: "ECONNREFUSED" })
            })
          })
        )
      ),
    "answers in HTML": answering(() => new Response("<!doctype html><html><body>Login</body></html>")),
    "answers 500": answering(() => new Response("", { status: 500 })),
    "answers 204 to all": answering(() => new Response(null, { status: 204 })),
    "answers null": answering(() => new Response("null")),
    "answers a list": answering(() => new Response("[1,2]")),
    "answers a redirect": answering(() =>
      new Response("", { status: 302, headers: { location: "http://127.0.0.1:1" } })
    ),
    "answers with a Date of long ago": answering(() =>
      new Response("{\"statusCode\":\"202\",\"messages\":[]}", { headers: { date: "Thu, 01 Jan 1970 00:00:00 GMT" } })
    ),
    "answers with a Date that is none": answering(() =>
      new Response("{\"statusCode\":\"202\",\"messages\":[null,1,\"a\"]}", { headers: { date: "today" } })
    ),
    "cuts its answers": answering(cut),
    "floods": answering(flood)
  }
  for (const [name, client] of Object.entries(clients)) {
    it.effect(name, () =>
      Effect.gen(function*() {
        const { code, elapsed, findings, messages } = yield* examine({}, {
          asked: everything,
          client,
          step: 1000
        })
        assert.strictEqual(findings.length, Checks.all.length)
        assert.notStrictEqual(code, 0)
        // No check failed by itself.
        assert.notStrictEqual(code, 1)
        assert.deepStrictEqual(messages, [])
        assert.isBelow(elapsed, 30 * 60_000)
      }))
  }

  it.effect("and it is told which: codes, and what could not be asked", () =>
    Effect.gen(function*() {
      const hangs = yield* examine({}, { client: clients["hangs"] ?? (() => HttpClient.make(() => Effect.never)) })
      assert.strictEqual(hangs.code, 7)
      assert.match(hangs.says("search"), /no answer within 15 seconds/)
      assert.isAtMost(hangs.elapsed, 16_000)
      assert.deepStrictEqual(hangs.verdicts["fence"], "note")
      const wrong = yield* examine({}, { keys: { accessKey: "nobody" } })
      assert.strictEqual(wrong.code, 4)
      const keyless = yield* examine({}, { isKeyless: true })
      assert.strictEqual(keyless.code, 4)
      assert.deepStrictEqual(keyless.verdicts["search"], "note")
    }))

  it.effect("without a Date the clocks are not compared", () =>
    Effect.gen(function*() {
      const none = yield* examine({}, { before: (emulator) => emulator.faults.next("any", Infinity, Fault.noDate) })
      assert.strictEqual(none.facts("search")["hasDate"], false)
      assert.strictEqual(none.verdicts["skew"], "note")
      assert.strictEqual(none.verdicts["fence"], "ok")
      const wild = yield* examine({}, {
        before: (emulator) =>
          Effect.andThen(
            emulator.faults.next("any", 1, Fault.noDate),
            emulator.faults.next("any", 1, Fault.wrongDate("1 hour"))
          )
      })
      assert.strictEqual(wild.facts("skew")["agree"], false)
      assert.strictEqual(wild.verdicts["skew"], "bad")
      assert.strictEqual(wild.verdicts["fence"], "ok")
    }))

  it.effect("a check that is throttled is not measured, and nothing follows from it", () =>
    Effect.gen(function*() {
      const { facts, learned, settings, verdicts } = yield* examine({}, {
        client: (client) => {
          let requests = 0
          // The search and the five samples come first.
          return HttpClient.transformResponse(client, (response) =>
            requests++ < 6 ?
              response :
              Effect.map(response, ({ request }) =>
                HttpClientResponse.fromWeb(request, new Response("", { status: 429 }))))
        }
      })
      assert.strictEqual(verdicts["fence"], "note")
      assert.strictEqual(facts("fence")["status"], 429)
      assert.isUndefined(learned.fence)
      assert.isUndefined(settings.timestampTolerance)
    }))
})

describe("a send whose answer is lost", () => {
  it.effect("is looked for, and is known once the log shows it", () =>
    Effect.gen(function*() {
      const { code, facts, findings, learned, messages, uncertain, verdicts } = yield* examine({}, {
        asked: live,
        before: (emulator) => emulator.faults.next("send", 1, Fault.answerLost)
      })
      assert.strictEqual(verdicts["send"], "bad")
      assert.strictEqual(messages.length, 1)
      assert.isDefined(learned.sent[0]?.requestId)
      assert.isFalse(uncertain.at(-1))
      assert.strictEqual(facts("visibility")["messages"], 1)
      // It is in doubt no more, but the answer was lost all the same.
      assert.strictEqual(findings.find(({ check }) => check.id === "send")?.outcome.code, 5)
      assert.strictEqual(code, 6)
    }))

  it.effect("ends with code 5 where nobody knows, and is sent once", () =>
    Effect.gen(function*() {
      const { code, learned, messages, uncertain } = yield* examine({}, {
        asked: live,
        before: (emulator) => emulator.faults.next("send", Infinity, Fault.serverError({ accepted: false }))
      })
      assert.strictEqual(code, 5)
      assert.deepStrictEqual(messages, [])
      assert.strictEqual(learned.sent.length, 1)
      assert.isUndefined(learned.sent[0]?.requestId)
      assert.deepStrictEqual(uncertain, [true, true])
    }))
})

describe("the report", () => {
  it.effect("holds shapes alone: no number, text, id, key or service", () =>
    Effect.gen(function*() {
      const seen: Array<string> = []
      const { report } = yield* examine({}, {
        asked: everything,
        before: past,
        client: (client) =>
          HttpClient.transformResponse(
            client,
            Effect.tap((response) =>
              Effect.map(response.text, (text) => {
                // Everything that any answer said under a key of an id, a number or a text.
                for (
                  const [, value = ""] of text.matchAll(/"(?:\w*Id|from|to|content|clientTelNo|nextToken)":"([^"]+)"/g)
                ) {
                  seen.push(value)
                }
              }).pipe(Effect.ignore)
            )
          )
      })
      const text = yield* Effect.orDie(Schema.encodeEffect(Schema.fromJsonString(Report.File))(report))
      assert.isAbove(seen.length, 50)
      const forbidden = new Set([
        ...seen,
        to,
        from,
        "010-0000-0001",
        Account.accessKey,
        Account.secretKey,
        Account.serviceId,
        credentials.host,
        Sample.content(1, 1),
        "000000000000",
        "emulator"
      ])
      for (const value of forbidden) assert.notInclude(text, value)
      assert.notMatch(text, /\d{7}/)
      // What it is for is there.
      assert.include(text, "RSSA-9{13}-9{4}-9{8}-a{8}")
      assert.include(text, "x-ncp-trace-id")
      assert.include(text, "\"reserveStatus\"")
    }))

  it.effect("of a service that answers with what it was asked, in keys and headers as well", () =>
    Effect.gen(function*() {
      const { report } = yield* examine({}, {
        asked: everything,
        client: () =>
          HttpClient.make((request) =>
            Effect.sync(() =>
              HttpClientResponse.fromWeb(
                request,
                new Response(
                  JSON.stringify({
                    statusCode: "202",
                    [to]: to,
                    [Account.secretKey]: Account.secretKey,
                    messages: [{ [from]: from, [Account.serviceId]: "x", requestId: "RSSA-1-2-3-x", to }]
                  }),
                  { status: 200, headers: { [`x-${to}`]: to, [Account.accessKey]: "x" } }
                )
              )
            )
          )
      })
      const text = yield* Effect.orDie(Schema.encodeEffect(Schema.fromJsonString(Report.File))(report))
      for (const value of [to, from, Account.accessKey, Account.secretKey, Account.serviceId]) {
        assert.notInclude(text, value)
      }
    }))
})

describe("differences of a text", () => {
  it("are told apart", () => {
    const sent = Sample.oddContent
    assert.deepStrictEqual(Texts.differences(sent, sent), [])
    assert.deepStrictEqual(Texts.differences(sent, sent.replace("&", "&amp;").replace("<", "&lt;")), ["escaped"])
    assert.deepStrictEqual(Texts.differences(sent, sent.replace("  ", " ")), ["spaces collapsed"])
    assert.deepStrictEqual(Texts.differences(sent, sent.normalize("NFC")), ["composed"])
    assert.deepStrictEqual(Texts.differences(sent, sent.replace("\u2019", "'")), ["quotation mark replaced"])
    assert.deepStrictEqual(Texts.differences(sent, sent.slice(0, -3)), ["syllable lost"])
    assert.deepStrictEqual(Texts.differences(sent, `${sent}!`), ["other"])
  })
})
