// @effect-diagnostics asyncFunction:off nodeBuiltinImport:off
/**
 * EUC-KR against iconv-lite, @exodus/bytes and the engine's own counting: `node packages/benchmarks/src/euckr.ts`.
 *
 * All contestants of a line run interleaved in this process, and the ratio is of their best times. The goals hold for strings of the two usual shapes; the
 * last section repeats the first lines after all contestants have met strings in every shape an engine keeps them in, as they do in a real program.
 *
 * @since 0.1.0
 */
import * as EucKr from "@effect-sens/core/EucKr"
import * as EucKrCodec from "@effect-sens/core/EucKrCodec"
import { createMultibyteEncoder } from "@exodus/bytes/multi-byte.js"
import * as Result from "effect/Result"
import { buildSync } from "esbuild"
import iconv from "iconv-lite"
import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import type { Cost } from "./internal/baseline.ts"
import * as Goals from "./internal/goals.ts"
import { type Options, race } from "./internal/harness.ts"
import { main, progress } from "./internal/program.ts"
import { note, type Row, row } from "./internal/rows.ts"

// --- corpora ----------------------------------------------------------------

/** A small generator of its own, so that every run has the same texts. */
const random = (seed: number) => {
  let state = seed
  return (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return (state >>> 8) % below
  }
}

const korean = [
  "안녕하세요 ",
  "고객님, ",
  "주문하신 상품이 ",
  "발송되었습니다. ",
  "배송 조회 ",
  "인증번호 482913을 ",
  "입력해 주세요. ",
  "감사합니다. ",
  "오늘 오후 3시까지 ",
  "방문해 주시기 바랍니다.\n",
  "[알림] ",
  "예약이 확정되었습니다. "
]
const mixedPieces = [
  ...korean,
  "SENS API v2 ",
  "1588-0000 ",
  "https://example.com/t/8fK2 ",
  "★특가★ ",
  "￦12,900 ",
  "~50% OFF ",
  "“공지” "
]

/** As flat as strings come from a request or a file. */
const flat = (texts: ReadonlyArray<string>): ReadonlyArray<string> => JSON.parse(JSON.stringify(texts))

const bytesOf = (text: string) => iconv.encode(text, "cp949").length

const corpus = (count: number, bytes: number, pieces: ReadonlyArray<string>, seed: number): ReadonlyArray<string> => {
  const next = random(seed)
  return flat(Array.from({ length: count }, () => {
    let text = ""
    for (let failures = 0; failures < 4;) {
      const piece = pieces[next(pieces.length)] ?? ""
      if (bytesOf(text + piece) <= bytes) text += piece
      else failures++
    }
    return text
  }))
}

const sms = corpus(64, 90, korean, 1)
const lms = corpus(16, 2000, korean, 2)
const mixed = corpus(64, 90, mixedPieces, 3)
const ascii = flat(Array.from({ length: 64 }, (_, i) => {
  const next = random(i + 4)
  return Array.from({ length: 80 }, () => String.fromCharCode(0x20 + next(95))).join("")
}))
const emoji = flat(sms.map((text, i) => `${text.slice(0, 40)}${i % 2 === 0 ? "😀" : "👍🏽"}${text.slice(40)}`))
const megabyte = flat([lms.join("").repeat(32)])

// --- contestants --------------------------------------------------------------

const exodus = createMultibyteEncoder("euc-kr")
const target = new Uint8Array(8192)

const over = (texts: ReadonlyArray<string>, f: (text: string) => number) => {
  // A loop of its own for each pair of corpus and function, or all would share one call that the engine cannot inline.
  const loop = new Function(
    "texts",
    "f",
    "return () => { let sum = 0; for (let i = 0; i < texts.length; i++) sum += f(texts[i]); return sum }"
  )
  return loop(texts, f) as () => number
}

const naive = (text: string): number => {
  let bytes = 0
  for (let i = 0; i < text.length; i++) bytes += text.charCodeAt(i) > 127 ? 2 : 1
  return bytes
}

const length = (result: Result.Result<Uint8Array, unknown>) => Result.isSuccess(result) ? result.success.length : -1

/** Many short turns: on a busy machine some of them have a processor to themselves, and code that is compiled. */
const patient: Options = { rounds: 101, turn: 3 }

/** Nanoseconds per text, after a check that the contestants agree. */
const compare = <Name extends string>(
  texts: ReadonlyArray<string>,
  contestants: Readonly<Record<Name, (text: string) => number>>,
  agree: ReadonlyArray<NoInfer<Name>>,
  options: Options = patient
): Record<Name, number> => {
  const names = Object.keys(contestants) as Array<Name>
  for (const text of texts) {
    const results = new Set(agree.map((name) => contestants[name](text)))
    if (results.size > 1) throw new Error(`${agree.join(" and ")} do not agree`)
  }
  const loops = Object.fromEntries(names.map((name) => [name, over(texts, contestants[name])])) as Record<
    Name,
    () => number
  >
  const times = race(loops, options)
  for (const name of names) times[name] /= texts.length
  return times
}

const lengths = {
  byteLength: (text: string) => EucKr.byteLength(text),
  isEncodable: (text: string) => EucKr.isEncodable(text) ? EucKr.byteLength("") : -1,
  both: (text: string) => EucKr.isEncodable(text) ? EucKr.byteLength(text) : -1,
  iconv: (text: string) => iconv.encode(text, "euc-kr").length,
  exodus: (text: string) => exodus(text).length,
  naive,
  utf8: (text: string) => Buffer.byteLength(text),
  json: (text: string) => JSON.stringify(text).length
}
const sameLength = ["byteLength", "both", "iconv", "exodus", "naive"] as const

const lengthRows = (name: Goals.Corpus, texts: ReadonlyArray<string>): ReadonlyArray<Row> => {
  progress(`EUC-KR byteLength, ${name}`)
  const times = compare(texts, lengths, sameLength)
  const [utf8, json] = [times.byteLength / times.utf8, times.byteLength / times.json]
  const exodus = times.exodus / times.byteLength
  return [
    row(Goals.euckr.byteLength[name], times.iconv / times.byteLength),
    row(Goals.euckr.isEncodable[name], times.iconv / times.isEncodable),
    note(`EUC-KR isEncodable, then byteLength, ${name}, to iconv-lite`, times.iconv / times.both, "x"),
    name === "mixed SMS"
      ? note(`EUC-KR byteLength, ${name}, to @exodus/bytes`, exodus, "x")
      : row(Goals.euckr.exodus[name], exodus),
    note(`EUC-KR byteLength, ${name}, to a loop that checks nothing`, times.naive / times.byteLength, "x"),
    name === "SMS"
      ? row(Goals.euckr.utf8, utf8)
      : note(`EUC-KR time of byteLength, ${name}, in Buffer.byteLength (UTF-8)`, utf8, "x"),
    name === "SMS"
      ? row(Goals.euckr.json, json)
      : note(`EUC-KR time of byteLength, ${name}, in JSON.stringify`, json, "x"),
    note(`EUC-KR byteLength, ${name}`, times.byteLength, " ns")
  ]
}

const limits = (): ReadonlyArray<Row> => {
  progress("EUC-KR fits, truncate")
  const fits = compare(sms, {
    ours: (text: string) => Number(EucKr.fits(text, 90)),
    iconv: (text: string) => Number(iconv.encode(text, "euc-kr").length <= 90)
  }, ["ours", "iconv"])
  const truncate = compare(lms, {
    ours: (text: string) => EucKr.truncate(text, 90).length,
    iconv: (text: string) => {
      const cut = iconv.decode(iconv.encode(text, "euc-kr").subarray(0, 90), "euc-kr")
      return cut.endsWith("\ufffd") ? cut.length - 1 : cut.length
    }
  }, ["ours", "iconv"])
  return [
    row(Goals.euckr.fits, fits.iconv / fits.ours),
    row(Goals.euckr.truncate, truncate.iconv / truncate.ours),
    note("EUC-KR truncate(90), LMS", truncate.ours, " ns")
  ]
}

const encoders = {
  encode: (text: string) => length(EucKrCodec.encode(text)),
  iconv: (text: string) => iconv.encode(text, "euc-kr").length,
  exodus: (text: string) => exodus(text).length
}

const intoTarget = {
  encodeInto: (text: string) => {
    const result = EucKrCodec.encodeInto(text, target)
    return Result.isSuccess(result) ? result.success.written : -1
  },
  iconv: (text: string) => iconv.encode(text, "euc-kr").copy(target)
}

const encoding = (): ReadonlyArray<Row> => {
  progress("EUC-KR encode, encodeInto, decode")
  const encodeRows = (name: "SMS" | "LMS", texts: ReadonlyArray<string>): ReadonlyArray<Row> => {
    const times = compare(texts, encoders, ["encode", "iconv", "exodus"])
    const intoTimes = compare(texts, intoTarget, ["encodeInto", "iconv"])
    return [
      row(Goals.euckr.encodeInto[name], intoTimes.iconv / intoTimes.encodeInto),
      row(Goals.euckr.encode[name], times.iconv / times.encode),
      note(`EUC-KR encode, ${name}, to @exodus/bytes`, times.exodus / times.encode, "x")
    ]
  }
  const long = compare(megabyte, encoders, ["encode", "iconv", "exodus"], { rounds: 31, turn: 40 })
  const encoded = lms.map((text) => iconv.encode(text, "euc-kr"))
  const smsEncoded = sms.map((text) => iconv.encode(text, "euc-kr"))
  const decoding = (source: ReadonlyArray<Buffer>) => {
    const loop = (f: (bytes: Buffer) => string) => () => source.reduce((sum, bytes) => sum + f(bytes).length, 0)
    const times = race({
      ours: loop((bytes) => Result.getOrThrow(EucKrCodec.decode(bytes))),
      iconv: loop((bytes) => iconv.decode(bytes, "euc-kr"))
    })
    return times.iconv / times.ours
  }
  return [
    ...encodeRows("SMS", sms),
    ...encodeRows("LMS", lms),
    row(Goals.euckr.encode["1 MB"], long.iconv / long.encode),
    note("EUC-KR decode, SMS, to iconv-lite", decoding(smsEncoded), "x"),
    note("EUC-KR decode, LMS, to iconv-lite", decoding(encoded), "x")
  ]
}

const diagnostics = (): ReadonlyArray<Row> => {
  progress("EUC-KR inspect")
  const clean = compare(sms, {
    inspect: (text: string) => EucKr.inspect(text).length,
    byteLength: (text: string) => EucKr.byteLength(text)
  }, [])
  const dirty = compare(emoji, {
    inspect: (text: string) => EucKr.inspect(text).length,
    repair: (text: string) => EucKr.repair(text).text.length,
    byteLength: (text: string) => EucKr.byteLength(text)
  }, [])
  return [
    row(Goals.euckr.inspectClean, clean.inspect / clean.byteLength),
    row(Goals.euckr.inspectEmoji, dirty.inspect / dirty.byteLength),
    note("EUC-KR time of repair, SMS with an emoji, in byteLength", dirty.repair / dirty.byteLength, "x")
  ]
}

// --- size and cold start ----------------------------------------------------

const core = new URL("../../core/src/", import.meta.url).pathname

const bundle = (source: string): Uint8Array =>
  buildSync({
    stdin: { contents: source, resolveDir: import.meta.dirname, loader: "ts" },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["import"],
    external: ["node:*", "buffer", "string_decoder", "stream"]
  }).outputFiles[0]?.contents ?? new Uint8Array()

const sizes = (): ReadonlyArray<Row> => {
  const gzip = (source: string) => gzipSync(bundle(source), { level: 9 }).length
  return [
    row(Goals.euckr.set, gzip(`export * from "${core}internal/euckrSet.ts"`)),
    row(Goals.euckr.table, gzip(`export * from "${core}internal/euckrTable.ts"`)),
    note("EUC-KR EucKr.byteLength with all it needs, gzip", gzip(`export { byteLength } from "${core}EucKr.ts"`), " B"),
    note(
      "EUC-KR EucKr.isEncodable with all it needs, gzip",
      gzip(`export { isEncodable } from "${core}EucKr.ts"`),
      " B"
    ),
    note("EUC-KR EucKr with all it needs (effect/Option among it), gzip", gzip(`export * from "${core}EucKr.ts"`), " B")
  ]
}

/** Import and first use, each in a fresh process and from a bundle, so that neither pays for finding its files. */
const coldStart = (): ReadonlyArray<Row> => {
  progress("EUC-KR cold start")
  const directory = mkdtempSync(join(tmpdir(), "euckr-"))
  const entry = (name: string, source: string) => {
    const file = join(directory, `${name}.mjs`)
    buildSync({
      stdin: { contents: source, resolveDir: import.meta.dirname, loader: "ts" },
      bundle: true,
      platform: "node",
      format: "esm",
      outfile: file,
      banner: { js: `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);` }
    })
    return file
  }
  const run = (file: string): ReadonlyArray<number> => {
    const script = `
const text = process.argv[1]
const start = performance.now()
const { use } = await import(${JSON.stringify(file)})
const imported = performance.now()
use(text)
console.log(JSON.stringify([imported - start, performance.now() - imported]))`
    return JSON.parse(
      execFileSync(process.execPath, ["--input-type=module", "-e", script, "漢字 안녕하세요"], { encoding: "utf8" })
    )
  }
  try {
    const ours = entry(
      "ours",
      `import { byteLength, isEncodable } from "${core}EucKr.ts"
export const use = (text: string) => isEncodable(text) ? byteLength(text) : -1`
    )
    const rival = entry(
      "rival",
      `import iconv from "iconv-lite"
export const use = (text: string) => iconv.encode(text, "euc-kr").length`
    )
    const best = { ours: [Infinity, Infinity, Infinity], rival: [Infinity, Infinity, Infinity] }
    for (let round = 0; round < 21; round++) {
      for (const [file, times] of [[ours, best.ours], [rival, best.rival]] as const) {
        const [imported = 0, used = 0] = run(file)
        ;[imported, used, imported + used].forEach((time, i) => times[i] = Math.min(times[i] ?? time, time))
      }
    }
    const [, firstUse = 0, total = 0] = best.ours
    return [
      row(Goals.euckr.cold, (best.rival[2] ?? 0) / total),
      note("EUC-KR import and first check, cold", total, " ms"),
      note("↳ of that, first use", firstUse, " ms")
    ]
  } finally {
    rmSync(directory, { recursive: true })
  }
}

// --- every shape of string -----------------------------------------------------

/** Flat, joined, sliced and interned strings, of one and two bytes a unit, through everything that is measured. */
const meetEveryShape = (): void => {
  const [korean = "", latin = ""] = [lms[0], ascii[0]]
  const interned = new Map(Object.keys({ [korean.slice(0, 60)]: 1, [latin.slice(0, 30)]: 1 }).map((key) => [key, key]))
  for (let round = 0; round < 3000; round++) {
    const shapes = [
      korean,
      latin,
      korean.slice(1, 60),
      latin.slice(1, 60),
      sms[round % 64] + korean.slice(7, 90),
      latin + ascii[round % 64],
      ...interned.keys()
    ]
    for (const shape of shapes) {
      for (const f of Object.values(lengths)) f(shape)
      EucKr.inspect(shape)
      EucKr.truncate(shape, 30)
    }
  }
}

/** The same in a fresh process, since what an engine has optimised before it met the shapes stays as it is. */
const afterEveryShape = (): ReadonlyArray<Row> => {
  progress("EUC-KR byteLength after all shapes of string")
  return JSON.parse(execFileSync(process.execPath, [import.meta.filename, "--shapes"], { encoding: "utf8" }))
}

const shapeRows = (): ReadonlyArray<Row> => {
  meetEveryShape()
  return ([["SMS", sms], ["80 ASCII", ascii], ["LMS", lms]] as const).flatMap(([name, texts]) => {
    const times = compare(texts, lengths, sameLength)
    return [
      note(`EUC-KR all shapes of string: byteLength, ${name}, to iconv-lite`, times.iconv / times.byteLength, "x"),
      note(`EUC-KR all shapes of string: byteLength, ${name}, to @exodus/bytes`, times.exodus / times.byteLength, "x"),
      note(
        `EUC-KR all shapes of string: byteLength, ${name}, to a loop that checks nothing`,
        times.naive / times.byteLength,
        "x"
      )
    ]
  })
}

// --- the run --------------------------------------------------------------------

const rows = async (): Promise<ReadonlyArray<Row>> => [
  ...lengthRows("SMS", sms),
  ...lengthRows("mixed SMS", mixed),
  ...lengthRows("80 ASCII", ascii),
  ...lengthRows("LMS", lms),
  ...limits(),
  ...encoding(),
  ...diagnostics(),
  ...sizes(),
  ...coldStart(),
  ...afterEveryShape()
]

// Against the loop alone: the time of iconv-lite differs by double from process to process, that of the loop is always the same.
const costs = async (): Promise<ReadonlyArray<Cost>> => {
  const cost = (what: string, texts: ReadonlyArray<string>, ours: (text: string) => number): Cost => {
    const times = compare(texts, { ours, naive }, [])
    return { measure: `EUC-KR ${what}, in a loop that checks nothing`, ratio: times.ours / times.naive, allowed: 2 }
  }
  return [
    cost("byteLength, SMS", sms, lengths.byteLength),
    cost("byteLength, 80 ASCII", ascii, lengths.byteLength),
    cost("byteLength, LMS", lms, lengths.byteLength),
    cost("isEncodable, SMS", sms, lengths.isEncodable),
    cost("inspect, SMS with an emoji", emoji, (text) => EucKr.inspect(text).length),
    cost("encode, SMS", sms, encoders.encode),
    cost("encode, LMS", lms, encoders.encode),
    cost("encodeInto, SMS", sms, intoTarget.encodeInto)
  ]
}

if (process.argv.includes("--shapes")) process.stdout.write(JSON.stringify(shapeRows()))
else if (import.meta.main) await main({ rows, costs, section: "EUC-KR" })
