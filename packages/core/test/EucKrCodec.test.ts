import * as EucKr from "@effect-sens/core/EucKr"
import * as EucKrCodec from "@effect-sens/core/EucKrCodec"
import { assert, describe, it } from "@effect/vitest"
import { createMultibyteDecoder, createMultibyteEncoder } from "@exodus/bytes/multi-byte.js"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import { pipe } from "effect/Function"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import iconv from "iconv-lite"
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"

const charsets: ReadonlyArray<EucKr.Charset> = ["EUC-KR", "CP949"]

const codePoints = 0x110000

/** Every code point, by several encoders, takes its time on a small machine. */
const exhaustive = { timeout: 120_000 }

/** Bytes by code point, as hex; no entry where there are none. */
type Mapping = ReadonlyMap<number, string>

const hex = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex")

/** Encodes every code point, surrogates included, one by one. */
const mappingOf = (encode: (text: string) => Uint8Array | undefined): Mapping => {
  // A million errors without a million stack traces.
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  const mapping = new Map<number, string>()
  for (let code = 0; code < codePoints; code++) {
    const bytes = encode(String.fromCodePoint(code))
    if (bytes !== undefined) mapping.set(code, hex(bytes))
  }
  Error.stackTraceLimit = limit
  return mapping
}

const ours: { readonly [K in EucKr.Charset]: Mapping } = {
  "EUC-KR": mappingOf((text) => Result.getOrUndefined(EucKrCodec.encode(text))),
  CP949: mappingOf((text) => Result.getOrUndefined(EucKrCodec.encode(text, { charset: "CP949" })))
}

/** The part of a mapping that KS X 1001 is: ASCII, and pairs with both bytes A1 or above. */
const restricted = (mapping: Mapping): Mapping =>
  new Map(
    Array.from(mapping).filter(([, bytes]) => bytes.length === 2 || bytes.slice(0, 2) > "a0" && bytes.slice(2) > "a0")
  )

interface Difference {
  readonly missing: ReadonlyArray<number>
  readonly extra: ReadonlyArray<number>
  readonly other: ReadonlyArray<number>
}

/** What an oracle lacks, has in addition, and has otherwise, over every code point. */
const compare = (name: string, charset: EucKr.Charset, oracle: Mapping, explained = 0): Difference => {
  const missing: Array<number> = []
  const extra: Array<number> = []
  const other: Array<number> = []
  for (let code = 0; code < codePoints; code++) {
    const mine = ours[charset].get(code)
    const theirs = oracle.get(code)
    if (mine === theirs) continue
    if (theirs === undefined) missing.push(code)
    else if (mine === undefined) extra.push(code)
    else other.push(code)
  }
  const unexplained = missing.length + extra.length + other.length - explained
  console.log(
    `${charset} against ${name}: ${
      codePoints.toLocaleString("en")
    } code points compared, ${unexplained} unexplained differences`
  )
  assert.strictEqual(unexplained, 0)
  return { missing, extra, other }
}

const identical: Difference = { missing: [], extra: [], other: [] }

const exodusEncoder = createMultibyteEncoder("euc-kr")

describe("the mapping", exhaustive, () => {
  it("has the published digests", () => {
    const digest = (charset: EucKr.Charset) => {
      const lines = Array.from(ours[charset])
        .filter(([, bytes]) => bytes.length === 4)
        .map(([code, bytes]) => `${code.toString(16).padStart(4, "0")} ${bytes}\n`.toUpperCase())
      return [lines.length, createHash("sha256").update(lines.join("")).digest("hex")]
    }
    assert.deepStrictEqual(digest("CP949"), [17048, "3ad5db68b87286d7cc8cb1d49c4045131cdd6b65c02fd8d4f1e52f3dcd6509df"])
    assert.deepStrictEqual(digest("EUC-KR"), [8226, "9725186836098d310dc121eda551421cd5a553401b4150a77c182966b8e2154b"])
    assert.strictEqual(ours["EUC-KR"].size, 8354)
    assert.strictEqual(ours.CP949.size, 17176)
  })

  it("is that of iconv-lite", () => {
    const oracle = mappingOf((text) => {
      const bytes = iconv.encode(text, "cp949")
      return text !== "?" && bytes.length === 1 && bytes[0] === 0x3f ? undefined : bytes
    })
    assert.deepStrictEqual(compare("iconv-lite", "CP949", oracle), identical)
    assert.deepStrictEqual(compare("iconv-lite, both bytes from A1", "EUC-KR", restricted(oracle)), identical)
  })

  it("is that of @exodus/bytes", () => {
    const oracle = mappingOf((text) => {
      try {
        return exodusEncoder(text)
      } catch {
        return undefined
      }
    })
    assert.deepStrictEqual(compare("@exodus/bytes", "CP949", oracle), identical)
    assert.deepStrictEqual(compare("@exodus/bytes, both bytes from A1", "EUC-KR", restricted(oracle)), identical)
  })

  it("is what EucKr says it is", () => {
    for (const charset of charsets) {
      for (let code = 0; code < codePoints; code++) {
        if (EucKr.isEncodable(String.fromCodePoint(code), { charset }) !== ours[charset].has(code)) {
          assert.fail(`U+${code.toString(16)}`)
        }
      }
    }
  })
})

const pythonScript = `
import sys
for code in range(0x110000):
    try:
        print("%x %s" % (code, chr(code).encode(sys.argv[1]).hex()))
    except UnicodeEncodeError:
        pass
`

const python = (encoding: string): Mapping | undefined => {
  const { status, stdout } = spawnSync("python3", ["-c", pythonScript, encoding], {
    encoding: "latin1",
    maxBuffer: 1 << 26
  })
  if (status !== 0) return undefined
  return new Map(
    stdout.trimEnd().split("\n").map((line) => {
      const [code = "", bytes = ""] = line.split(" ")
      return [Number.parseInt(code, 16), bytes]
    })
  )
}

describe("against Python", exhaustive, () => {
  const hasPython = spawnSync("python3", ["-c", "'x'.encode('cp949')"]).status === 0

  it.skipIf(!hasPython)("cp949 is the same", () => {
    assert.deepStrictEqual(compare("Python cp949", "CP949", python("cp949") ?? new Map()), identical)
  })

  it.skipIf(!hasPython)("euc_kr is the same, but for 8,822 syllables that it spells in eight bytes", () => {
    const all = python("euc_kr") ?? new Map<number, string>()
    const short = new Map(Array.from(all).filter(([, bytes]) => bytes.length <= 4))
    assert.strictEqual(Array.from(all).filter(([, bytes]) => bytes.length === 16).length, 8822)
    assert.strictEqual(all.size - short.size, 8822)
    assert.deepStrictEqual(compare("Python euc_kr, two bytes", "EUC-KR", short), identical)
  })
})

const runIconv = (args: ReadonlyArray<string>, codes: ReadonlyArray<number>) => {
  const input = Buffer.alloc(codes.length * 4)
  codes.forEach((code, i) => input.writeUInt32LE(code, i * 4))
  return spawnSync("iconv", ["-f", "UTF-32LE", ...args], { input, maxBuffer: 1 << 26 })
}

/** Code points that `iconv -c` leaves out have an empty line here. */
const iconvMapping = (encoding: string): Mapping => {
  const codes: Array<number> = []
  for (let code = 0; code < codePoints; code++) {
    if (code !== 0x0a && (code < 0xd800 || code >= 0xe000)) codes.push(code)
  }
  const { stdout } = runIconv(["-c", "-t", encoding], codes.flatMap((code) => [code, 0x0a]))
  const mapping = new Map([[0x0a, "0a"]])
  let start = 0
  for (const code of codes) {
    const end = stdout.indexOf(0x0a, start)
    if (end > start) mapping.set(code, hex(stdout.subarray(start, end)))
    start = end + 1
  }
  assert.strictEqual(start, stdout.length)
  return mapping
}

describe("against glibc", exhaustive, () => {
  const hasGlibc = /GNU|GLIBC/i.test(spawnSync("iconv", ["--version"], { encoding: "utf8" }).stdout ?? "") &&
    runIconv(["-t", "CP949"], [0xac00]).status === 0 && runIconv(["-t", "CP949"], [0xe0000]).status === 0

  it.skipIf(!hasGlibc)("CP949 is the same, but for the tags that it drops in silence", () => {
    assert.deepStrictEqual(compare("glibc CP949", "CP949", iconvMapping("CP949")), identical)
    const tags = Array.from({ length: 128 }, (_, i) => 0xe0000 + i)
    const dropped = runIconv(["-t", "CP949"], tags)
    assert.deepStrictEqual([dropped.status, dropped.stdout.length], [0, 0])
  })

  it.skipIf(!hasGlibc)("EUC-KR is the same, but for 34 additions of its own", () => {
    const { extra, missing, other } = compare("glibc EUC-KR", "EUC-KR", iconvMapping("EUC-KR"), 34)
    const controls = Array.from({ length: 32 }, (_, i) => 0x80 + i)
    assert.deepStrictEqual({ missing, extra, other }, { missing: [], extra: [...controls, 0x20a9, 0x327e], other: [] })
  })
})

describe("decode", exhaustive, () => {
  const exodus = createMultibyteDecoder("euc-kr")
  const oracle = (bytes: Uint8Array): string | undefined => {
    try {
      return exodus(bytes)
    } catch {
      return undefined
    }
  }

  it("is that of @exodus/bytes for every sequence of one and two bytes", () => {
    const limit = Error.stackTraceLimit
    Error.stackTraceLimit = 0
    let compared = 0
    let pairs = 0
    const check = (bytes: Uint8Array) => {
      const expected = oracle(bytes)
      const plain = bytes.every((byte, i) => byte < 0x80 && (i === 0 || (bytes[0] ?? 0) < 0x80)) ||
        bytes.every((byte) => byte > 0xa0)
      compared++
      if (expected !== undefined && bytes.length === 2 && expected.length === 1) pairs++
      const got = Result.getOrUndefined(EucKrCodec.decode(bytes, { charset: "CP949" }))
      const gotPlain = Result.getOrUndefined(EucKrCodec.decode(bytes))
      if (got !== expected || gotPlain !== (plain ? expected : undefined)) assert.fail(hex(bytes))
    }
    for (let lead = 0; lead < 0x100; lead++) {
      check(Uint8Array.of(lead))
      for (let trail = 0; trail < 0x100; trail++) check(Uint8Array.of(lead, trail))
    }
    Error.stackTraceLimit = limit
    console.log(`decode against @exodus/bytes: ${compared.toLocaleString("en")} sequences compared, 0 differences`)
    assert.strictEqual(pairs, 17048)
  })

  it("says where the bytes are wrong", () => {
    const where = (...bytes: ReadonlyArray<number>) =>
      Result.match(EucKrCodec.decode(Uint8Array.from(bytes)), {
        onFailure: (error) => [error._tag, error.charset, error.index, error.length],
        onSuccess: (text) => [text]
      })
    assert.deepStrictEqual(where(), [""])
    assert.deepStrictEqual(where(0x41, 0x80), ["DecodeError", "EUC-KR", 1, 1])
    assert.deepStrictEqual(where(0x41, 0xff, 0xa1), ["DecodeError", "EUC-KR", 1, 1])
    assert.deepStrictEqual(where(0xb0, 0xa1, 0xb0), ["DecodeError", "EUC-KR", 2, 1])
    assert.deepStrictEqual(where(0xb0, 0x41), ["DecodeError", "EUC-KR", 0, 1])
    assert.deepStrictEqual(where(0xc9, 0xa1), ["DecodeError", "EUC-KR", 0, 2])
    assert.deepStrictEqual(where(0x94, 0xee), ["DecodeError", "EUC-KR", 0, 2])
    assert.deepStrictEqual(EucKrCodec.decode(Uint8Array.of(0x94, 0xee), { charset: "CP949" }), Result.succeed("뷁"))
    assert.deepStrictEqual(
      pipe(Uint8Array.of(0x94, 0xee), EucKrCodec.decode({ charset: "CP949" })),
      Result.succeed("뷁")
    )
  })

  it("reads from the middle of a buffer", () => {
    const bytes = Uint8Array.of(0xb0, 0xb0, 0xa1, 0x41, 0xb0)
    assert.deepStrictEqual(EucKrCodec.decode(bytes.subarray(1, 4)), Result.succeed("가A"))
  })
})

const encodable = (charset: EucKr.Charset): Arbitrary.Arbitrary<string> => {
  const all = Array.from(ours[charset].keys())
  const index = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: all.length - 1 }))
  return Arbitrary.map(
    Arbitrary.array(Arbitrary.schema(index)),
    (indexes) => indexes.map((index) => String.fromCodePoint(all[index] ?? 0)).join("")
  )
}

const runs = { arbitrary: { runs: 1000 } }

describe("laws", exhaustive, () => {
  for (const charset of charsets) {
    it.prop(`${charset}: what was encoded decodes to itself`, [encodable(charset)], ([text]) => {
      const bytes = Result.getOrThrow(EucKrCodec.encode(text, { charset }))
      assert.strictEqual(bytes.buffer.byteLength, bytes.length)
      assert.deepStrictEqual(EucKrCodec.decode(bytes, { charset }), Result.succeed(text))
      assert.strictEqual(hex(bytes), iconv.encode(text, "cp949").toString("hex"))
    }, runs)

    it.prop(`${charset}: byteLength is the length of the bytes`, [encodable(charset)], ([text]) => {
      assert.strictEqual(EucKr.byteLength(text), Result.getOrThrow(EucKrCodec.encode(text, { charset })).length)
    }, runs)

    it.prop(
      `${charset}: a text encodes exactly when it is encodable`,
      [Schema.String, encodable(charset)],
      ([any, text]) => {
        for (const candidate of [any, text, `${text}${any}`]) {
          const result = EucKrCodec.encode(candidate, { charset })
          assert.strictEqual(Result.isSuccess(result), EucKr.isEncodable(candidate, { charset }))
          if (Result.isSuccess(result)) continue
          const { codePoints, index, length } = result.failure
          assert.isTrue(EucKr.isEncodable(candidate.slice(0, index), { charset }))
          assert.strictEqual(String.fromCodePoint(...codePoints), candidate.slice(index, index + length))
          assert.isFalse(EucKr.isEncodable(candidate.slice(index, index + length), { charset }))
        }
      },
      runs
    )

    it.prop(
      `${charset}: encodeInto fills as far as whole characters go`,
      [encodable(charset), Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 40 }))],
      ([text, size]) => {
        const target = new Uint8Array(size).fill(0xff)
        const { read, written } = Result.getOrThrow(EucKrCodec.encodeInto(text, target, { charset }))
        const bytes = Result.getOrThrow(EucKrCodec.encode(text.slice(0, read), { charset }))
        assert.strictEqual(hex(target.subarray(0, written)), hex(bytes))
        assert.isTrue(target.subarray(written).every((byte) => byte === 0xff))
        if (read < text.length) assert.isAbove(EucKr.byteLength(text.slice(0, read + 1)), size)
      },
      runs
    )
  }

  it("holds for long texts, of every length around the scratch", () => {
    for (const length of [4095, 4096, 4097, 8191, 8192, 8193, 100_000]) {
      const text = "가a나".repeat(Math.ceil(length / 3)).slice(0, length)
      const bytes = Result.getOrThrow(EucKrCodec.encode(text))
      assert.strictEqual(bytes.length, EucKr.byteLength(text))
      assert.strictEqual(bytes.buffer.byteLength, bytes.length)
      assert.deepStrictEqual(EucKrCodec.decode(bytes), Result.succeed(text))
    }
  })
})

describe("encode", () => {
  it("names the first code point that has no bytes, and nothing of the text", () => {
    const failure = (text: string, options?: EucKr.Options) =>
      Result.match(EucKrCodec.encode(text, options), {
        onFailure: (error) => ({ ...error, message: error.message }),
        onSuccess: () => undefined
      })
    assert.deepInclude(failure("비밀 뷁 😀"), { charset: "EUC-KR", index: 3, length: 1, codePoints: [0xbdc1] })
    assert.deepInclude(failure("비밀 뷁 😀", { charset: "CP949" }), {
      charset: "CP949",
      index: 5,
      length: 2,
      codePoints: [0x1f600],
      message: "CP949 has no U+1F600, at index 5"
    })
    assert.deepInclude(failure("가\ud83d"), { index: 1, length: 1, codePoints: [0xd83d] })
    assert.notInclude(JSON.stringify(failure("비밀 뷁 😀")), "비밀")
  })

  it("takes its options first, too", () => {
    assert.deepStrictEqual(
      pipe("뷁", EucKrCodec.encode({ charset: "CP949" })),
      Result.succeed(Uint8Array.of(0x94, 0xee))
    )
    const target = new Uint8Array(2)
    assert.deepStrictEqual(
      pipe("뷁", EucKrCodec.encodeInto(target, { charset: "CP949" })),
      Result.succeed({ read: 1, written: 2 })
    )
    assert.deepStrictEqual(target, Uint8Array.of(0x94, 0xee))
  })

  it("fails into a target of any size, as encode does", () => {
    for (const size of [0, 1, 2, 3, 100]) {
      const result = EucKrCodec.encodeInto("a😀", new Uint8Array(size))
      if (size < 3) {
        assert.deepStrictEqual(result, Result.succeed({ read: Math.min(size, 1), written: Math.min(size, 1) }))
      } else assert.strictEqual(Result.isFailure(result) && result.failure.index, 1)
    }
  })
})

// -----------------------------------------------------------------------------
// Streams, replacements, detection
// -----------------------------------------------------------------------------

const Cuts = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 200 }))).check(
  Schema.isMaxLength(12)
)

/** Cut at these places, pieces of nothing among them. */
const cut = <A extends string | Uint8Array>(
  whole: A,
  cuts: ReadonlyArray<number>,
  slice: (from: number, to: number) => A
) => {
  const places = [0, ...cuts.map((place) => Math.min(place, whole.length)).toSorted((a, b) => a - b), whole.length]
  return places.slice(1).map((to, index) => slice(places[index] ?? 0, to))
}

const cutBytes = (bytes: Uint8Array, cuts: ReadonlyArray<number>) =>
  cut(bytes, cuts, (from, to) => bytes.slice(from, to))

const cutText = (text: string, cuts: ReadonlyArray<number>) => cut(text, cuts, (from, to) => text.slice(from, to))

const join = (chunks: ReadonlyArray<Uint8Array>) => Uint8Array.from(chunks.flatMap((chunk) => Array.from(chunk)))

const Bytes = Schema.Array(Schema.Union([
  Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 0x7f })),
  Schema.Int.check(Schema.isBetween({ minimum: 0x80, maximum: 0xff }))
]))

/** ASCII, syllables of both charsets, pairs, halves of pairs, and what no charset has. */
const Text = Arbitrary.map(
  Arbitrary.schema(
    Schema.Array(Schema.Union([
      Schema.String,
      Schema.Literals([
        "가",
        "뷁",
        "ᄉ",
        "\u1165",
        "👍🏽",
        "\ud83d",
        "\udc4d",
        "☎\ufe0f",
        "₩",
        "\ufffd",
        "é",
        "\u00ad",
        "\n"
      ])
    ]))
  ),
  (parts) => parts.join("")
)

describe("streams", () => {
  for (const charset of charsets) {
    it.effect.prop(
      `${charset}: bytes decode alike, wherever they are cut`,
      [Bytes, Cuts],
      ([values, cuts]) =>
        Effect.gen(function*() {
          const bytes = Uint8Array.from(values)
          for (const replace of [undefined, "\ufffd"]) {
            const pieces = yield* Stream.fromIterable(cutBytes(bytes, cuts)).pipe(
              EucKrCodec.decodeStream({ charset, replace }),
              Stream.mkString,
              Effect.result
            )
            assert.deepStrictEqual(pieces, EucKrCodec.decode(bytes, { charset, replace }))
          }
        })
    )

    it.effect.prop(
      `${charset}: texts encode alike, wherever they are cut`,
      [Text, Cuts],
      ([text, cuts]) =>
        Effect.gen(function*() {
          const pieces = yield* Stream.fromIterable(cutText(text, cuts)).pipe(
            EucKrCodec.encodeStream({ charset }),
            Stream.runCollect,
            Effect.result
          )
          assert.deepStrictEqual(Result.map(pieces, join), EucKrCodec.encode(text, { charset }))
        })
    )
  }

  it("a decoder keeps nothing of a piece that may be written to again", () => {
    for (const piece of [Uint8Array.of(0x41, 0xb0), Buffer.from([0x41, 0xb0])]) {
      const decoder = EucKrCodec.makeDecoder()
      assert.deepStrictEqual(decoder.push(piece), Result.succeed("A"))
      piece.fill(0x2a)
      assert.deepStrictEqual(decoder.push(Uint8Array.of(0xa1)), Result.succeed("가"))
      assert.deepStrictEqual(decoder.end(), Result.succeed(""))
    }
  })

  it.effect("may be run again, and gives on what it has before it fails", () =>
    Effect.gen(function*() {
      const decoded = EucKrCodec.decodeStream()(Stream.make(Uint8Array.of(0xb0), Uint8Array.of(0xa1, 0x41, 0xb0)))
      const seen: Array<string> = []
      for (const _ of [1, 2]) {
        const error = yield* Effect.flip(Stream.runForEach(decoded, (text) => Effect.sync(() => seen.push(text))))
        assert.deepInclude(error, { _tag: "DecodeError", index: 3, length: 1 })
      }
      assert.deepStrictEqual(seen, ["가A", "가A"])
    }))
})

describe("replace", () => {
  for (const charset of charsets) {
    it.prop(`${charset}: what there is stays, one mark stands for each thing that there is not`, [Text], ([text]) => {
      const errors = EucKr.inspect(text, { charset }).filter(({ severity }) => severity === "error")
      const expected = errors.reduceRight(
        (safe, { index, length }) => `${safe.slice(0, index)}?${safe.slice(index + length)}`,
        text
      )
      const bytes = Result.getOrThrow(EucKrCodec.encode(text, { charset, replace: "?" }))
      assert.strictEqual(Result.getOrThrow(EucKrCodec.decode(bytes, { charset })), expected)
    })

    it.prop(`${charset}: bytes that mean nothing take none of the others with them`, [Bytes], ([values]) => {
      const bytes = Uint8Array.from(values)
      const text = Result.getOrThrow(EucKrCodec.decode(bytes, { charset, replace: "\ufffd" }))
      const strict = EucKrCodec.decode(bytes, { charset })
      assert.strictEqual(text.includes("\ufffd"), Result.isFailure(strict))
      if (charset === "CP949") {
        assert.strictEqual(text, createMultibyteDecoder("euc-kr", true)(bytes))
      }
    })
  }

  it("takes its options first, too", () => {
    assert.deepStrictEqual(pipe("a👍", EucKrCodec.encode({ replace: "" })), Result.succeed(Uint8Array.of(0x61)))
    assert.deepStrictEqual(pipe(Uint8Array.of(0xff), EucKrCodec.decode({ replace: "!" })), Result.succeed("!"))
  })

  it("fails where the charset lacks the replacement as well", () => {
    assert.deepInclude(Result.getOrThrow(Result.flip(EucKrCodec.encode("👍", { replace: "뷁" }))), {
      _tag: "EncodeError",
      codePoints: [0xbdc1]
    })
  })
})

describe("detect", () => {
  it.each(["홍", "황", "천호", "청호", "화", "챨챨", "name,phone\n홍,010-1234-5678\n천호,010-1111-2222\n"])(
    "%j in CP949 is no row of accented letters",
    (text) => {
      assert.deepStrictEqual(EucKrCodec.detect(cp949(text)), { encoding: "CP949", bom: 0 })
      assert.deepStrictEqual(EucKrCodec.detect(utf8(text)), { encoding: "UTF-8", bom: 0 })
    }
  )

  it.each(["café", "José García", "naïve, 5 €", "Motörhead\nÉcole", "A·B", "20°", "3×4", "Иван", "Αθήνα"])(
    "%j in UTF-8 is no Hangul",
    (text) => {
      assert.deepStrictEqual(EucKrCodec.detect(utf8(text)), { encoding: "UTF-8", bom: 0 })
    }
  )

  const Korean = Arbitrary.map(
    Arbitrary.schema(Schema.Array(Schema.Literals(["가", "뷁", "홍", "길동", "A", "하", "탁", " "]))),
    (parts) => parts.join("")
  )
  const utf8 = (text: string) => new TextEncoder().encode(text)
  const cp949 = (text: string) => Result.getOrThrow(EucKrCodec.encode(text, { charset: "CP949" }))

  it.prop("tells CP949 by what is no UTF-8", [encodable("CP949")], ([text]) => {
    const bytes = cp949(text)
    let isUtf8 = true
    try {
      // As a piece of which more may follow.
      new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true })
    } catch {
      isUtf8 = false
    }
    // Letters with accents, none beside a plain one, are Hangul in a Korean file.
    if (isUtf8 && /[^\0-\x7F]/.test(new TextDecoder().decode(bytes)) && bytes.every((byte) => byte < 0xe0)) return
    assert.deepStrictEqual(EucKrCodec.detect(bytes), { encoding: isUtf8 ? "UTF-8" : "CP949", bom: 0 })
  })

  it.prop(
    "tells UTF-8, with a mark or without, and wherever it ends",
    [Schema.String, Schema.Natural],
    ([text, end]) => {
      const bytes = utf8(text.toWellFormed())
      const cut = bytes.slice(0, end % (bytes.length + 1))
      const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf && cut.length > 2 ? 3 : 0
      // Accented letters alone may be Hangul; see above.
      const mayBeHangul = bom === 0 && cut.some((byte) => byte > 0x7f) && cut.every((byte) => byte < 0xe0)
      if (!mayBeHangul) assert.deepStrictEqual(EucKrCodec.detect(cut), { encoding: "UTF-8", bom })
      assert.deepStrictEqual(EucKrCodec.detect(Uint8Array.of(0xef, 0xbb, 0xbf, ...cut)), { encoding: "UTF-8", bom: 3 })
    }
  )

  it("knows what Excel saves", () => {
    const text = "이름,전화번호\r\n홍길동,010-1234-5678\r\n"
    assert.deepStrictEqual(EucKrCodec.detect(cp949(text)), { encoding: "CP949", bom: 0 })
    assert.deepStrictEqual(EucKrCodec.detect(utf8(`\ufeff${text}`)), { encoding: "UTF-8", bom: 3 })
    assert.deepStrictEqual(EucKrCodec.detect(Uint8Array.of(0xff, 0xfe, 0x74, 0xc7)), { encoding: "UTF-16LE", bom: 2 })
    assert.deepStrictEqual(EucKrCodec.detect(Uint8Array.of(0xfe, 0xff, 0xc7, 0x74)), { encoding: "UTF-16BE", bom: 2 })
    assert.deepStrictEqual(EucKrCodec.detect(new Uint8Array(0)), { encoding: "UTF-8", bom: 0 })
    for (let end = 8; end < cp949(text).length; end++) {
      assert.strictEqual(EucKrCodec.detect(cp949(text).slice(0, end)).encoding, "CP949")
    }
  })

  it.prop(
    "damaged bytes do not change the verdict, in a file as short as a header and a row",
    [
      Korean,
      Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0x80, maximum: 0xff }))).check(Schema.isMaxLength(3))
    ],
    ([word, noise]) => {
      const text = `이름,전화번호,메모\r\n홍길동,01012345678,${word}`
      for (const [encoding, encode] of [["UTF-8", utf8], ["CP949", cp949]] as const) {
        const bytes = encode(text)
        assert.deepStrictEqual(EucKrCodec.detect(Uint8Array.from([...bytes, ...noise])), { encoding, bom: 0 })
        for (let place = 1; place < bytes.length; place++) {
          const damaged = bytes.slice()
          damaged[place] = 0xff
          assert.deepStrictEqual(EucKrCodec.detect(damaged), { encoding, bom: 0 })
        }
      }
    }
  )

  const Bytes = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 0xff })))
  const Piece = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 5 }))
  /** As a detector finds it, in pieces of so many bytes. */
  const detected = (bytes: Uint8Array, size: number, options?: EucKrCodec.DetectorOptions) => {
    const detector = EucKrCodec.makeDetector(options)
    for (let at = 0; at < bytes.length; at += size) detector.push(bytes.slice(at, at + size))
    return detector.end()
  }

  it.prop(
    "a detector says the same of a file that comes in pieces",
    [Korean, Bytes, Schema.Boolean, Schema.Boolean, Piece],
    ([word, noise, isUtf8, isMarked, size]) => {
      const encoded = (isUtf8 ? utf8 : cp949)(`phone,name\n${word}`)
      const bytes = Uint8Array.from([...isMarked ? [0xef, 0xbb, 0xbf] : [], ...encoded, ...noise])
      const { bom, encoding } = detected(bytes, size)
      assert.deepStrictEqual({ encoding, bom }, EucKrCodec.detect(bytes))
    }
  )

  it.prop(
    "a detector finds the first place that a decoder refuses, and as many as it replaces",
    [Korean, Bytes, Piece],
    ([word, noise, size]) => {
      const bytes = Uint8Array.from([...cp949(word), ...noise])
      const found = detected(bytes, size, { encoding: "CP949" })
      const options = { charset: "CP949", replace: "\ufffd" } as const
      const error = Result.getOrUndefined(Result.flip(EucKrCodec.decode(bytes, { charset: "CP949" })))
      assert.strictEqual(found.index, error?.index)
      assert.strictEqual(found.broken, Result.getOrThrow(EucKrCodec.decode(bytes, options)).split("\ufffd").length - 1)

      const isWhole = detected(bytes, size, { encoding: "UTF-8" }).broken === 0
      const decode = () => new TextDecoder("utf-8", { fatal: true }).decode(bytes)
      if (isWhole) decode()
      else assert.throws(decode)
    }
  )

  it("a detector tells where a file is broken", () => {
    const text = utf8("\ufeff이름,전화번호\r\n")
    const broken = Uint8Array.from([...text, 0xff, 0x41, 0xea, 0xb0])
    const expected = { encoding: "UTF-8", bom: 3, broken: 2, index: text.length } as const
    for (const size of [1, 2, 3, 100]) assert.deepStrictEqual(detected(broken, size), expected)
    assert.deepStrictEqual(detected(new Uint8Array(0), 1), { encoding: "UTF-8", bom: 0, broken: 0, index: undefined })
    assert.deepStrictEqual(detected(Uint8Array.of(0xff, 0xfe), 1), {
      encoding: "UTF-16LE",
      bom: 2,
      broken: 0,
      index: undefined
    })
    // Two bytes that are half of something, after many that say nothing.
    const late = Uint8Array.from([...utf8("phone\n".repeat(50)), 0xb0, 0xa1, 0xb0])
    const { length } = late
    assert.deepStrictEqual(detected(late, 7), { encoding: "CP949", bom: 0, broken: 1, index: length - 1 })
  })
})
