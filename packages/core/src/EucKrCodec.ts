/**
 * Text to bytes and back, in EUC-KR or CP949.
 *
 * **When to use**
 *
 * SENS takes JSON in UTF-8, so a client needs no bytes: for lengths, limits and repair use `EucKr`, which does without the table that this module loads.
 *
 * **Details**
 *
 * The mapping is that of the WHATWG Encoding Standard's "euc-kr" (`CP949`), and the part of it in which both bytes are A1 or above (`EUC-KR`). The
 * `TextDecoder` of Node has another table under that name. Both directions are strict unless `replace` says what stands for what has no place: a typed error
 * tells where it is. The table is built by the first call.
 *
 * @see https://encoding.spec.whatwg.org/#euc-kr
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Pull from "effect/Pull"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { Charset, Options } from "./EucKr.ts"
import { isHighSurrogate } from "./internal/euckrCluster.ts"
import { issuesIn } from "./internal/euckrScan.ts"
import { notIn } from "./internal/euckrSet.ts"
import { cp949, eucKr, type Table } from "./internal/euckrTable.ts"
import { unitAt } from "./internal/euckrUnit.ts"

/**
 * The first code point that the charset lacks.
 *
 * @category errors
 * @since 0.1.0
 */
export class EncodeError extends Data.TaggedError("EncodeError")<{
  /** The charset that was asked for. */
  readonly charset: Charset
  /** Where it is, in UTF-16 units. */
  readonly index: number
  /** How long it is, in UTF-16 units. */
  readonly length: number
  /** The code point; that of a surrogate where the text is broken. */
  readonly codePoints: ReadonlyArray<number>
}> {
  /**
   * @since 0.1.0
   */
  override get message(): string {
    const code = this.codePoints.map((codePoint) => `U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}`)
    return `${this.charset} has no ${code.join(" ")}, at index ${this.index}`
  }
}

/**
 * The first bytes that mean nothing in the charset.
 *
 * @category errors
 * @since 0.1.0
 */
export class DecodeError extends Data.TaggedError("DecodeError")<{
  /** The charset that was asked for. */
  readonly charset: Charset
  /** Where they are, in bytes. */
  readonly index: number
  /** How many they are: 2, or 1 where no trail byte follows or none can. */
  readonly length: number
}> {
  /**
   * @since 0.1.0
   */
  override get message(): string {
    return `No character of ${this.charset} at byte ${this.index}`
  }
}

/**
 * How far {@link encodeInto} came.
 *
 * @category models
 * @since 0.1.0
 */
export interface Progress {
  /** UTF-16 units taken from the text. */
  readonly read: number
  /** Bytes written to the target. */
  readonly written: number
}

/**
 * How a text is encoded.
 *
 * @category options
 * @since 0.1.0
 */
export interface EncodeOptions extends Options {
  /**
   * What is written for what the charset lacks: once for an emoji of several code points. The charset has to have it itself. Without it, what the charset
   * lacks is an {@link EncodeError}.
   */
  readonly replace?: string | undefined
}

/**
 * How bytes are decoded.
 *
 * @category options
 * @since 0.1.0
 */
export interface DecodeOptions extends Options {
  /** What is read for bytes that mean nothing, such as `"\ufffd"`. Without it they are a {@link DecodeError}. */
  readonly replace?: string | undefined
}

const charsetOf = (options: Options | undefined): Charset => options?.charset ?? "EUC-KR"

const tableOf = (charset: Charset): Table => charset === "CP949" ? cp949() : eucKr()

const encodeError = (charset: Charset, text: string, bytes: Uint16Array): EncodeError => {
  let index = 0
  while (bytes[unitAt(text, index)] !== 0 || unitAt(text, index) === 0) index++
  const code = text.codePointAt(index) ?? 0
  return new EncodeError({ charset, index, length: code > 0xffff ? 2 : 1, codePoints: [code] })
}

/** Writes all of a text to a target that has room for it. Gives the bytes written, or -1 where some unit has none. */
const write = (text: string, bytes: Uint16Array, target: Uint8Array): number => {
  const length = text.length
  let at = 0
  let missing = 0
  for (let i = 0; i < length; i++) {
    const unit = unitAt(text, i)
    if (unit < 0x80) {
      target[at] = unit
      at++
    } else {
      const pair = bytes[unit] ?? 0
      // Negative only for 0. To leave the loop here would make it a fifth slower.
      missing |= pair - 1
      target[at] = pair >> 8
      target[at + 1] = pair
      at += 2
    }
  }
  return missing < 0 ? -1 : at
}

const scratchUnits = 4096
let scratch: Uint8Array<ArrayBuffer> | undefined

/**
 * The bytes of a text.
 *
 * **Details**
 *
 * The array is fresh and has its buffer for itself. Where the charset lacks a code point it fails with {@link EncodeError}, which says which and where, and
 * nothing else of the text. The charset is `"EUC-KR"` unless given.
 *
 * **Example** (Encoding)
 *
 * ```ts import.meta.vitest
 * import * as EucKrCodec from "@effect-sens/core/EucKrCodec"
 * import * as Result from "effect/Result"
 *
 * EucKrCodec.encode("가A") // => Result.succeed(Uint8Array.of(0xb0, 0xa1, 0x41))
 * const missing = Result.flip(EucKrCodec.encode("A뷁"))
 * Result.map(missing, (error) => [error.index, error.codePoints]) // => Result.succeed([1, [0xbdc1]])
 * EucKrCodec.encode("뷁", { charset: "CP949" }) // => Result.succeed(Uint8Array.of(0x94, 0xee))
 * EucKrCodec.encode("A👍🏽", { replace: "?" }) // => Result.succeed(Uint8Array.of(0x41, 0x3f))
 * ```
 *
 * @category encoding
 * @since 0.1.0
 */
export function encode(options?: EncodeOptions): (text: string) => Result.Result<Uint8Array<ArrayBuffer>, EncodeError>
export function encode(text: string, options?: EncodeOptions): Result.Result<Uint8Array<ArrayBuffer>, EncodeError>
export function encode(
  first?: string | EncodeOptions,
  options?: EncodeOptions
):
  | Result.Result<Uint8Array<ArrayBuffer>, EncodeError>
  | ((text: string) => Result.Result<Uint8Array<ArrayBuffer>, EncodeError>)
{
  if (typeof first === "string") return toBytes(first, charsetOf(options), options?.replace)
  const charset = charsetOf(first)
  const replace = first?.replace
  return (text) => toBytes(text, charset, replace)
}

const toBytes = (
  text: string,
  charset: Charset,
  replace: string | undefined
): Result.Result<Uint8Array<ArrayBuffer>, EncodeError> => {
  const { bytes } = tableOf(charset)
  const room = text.length <= scratchUnits
    ? scratch ??= new Uint8Array(2 * scratchUnits)
    : new Uint8Array(2 * text.length)
  const written = write(text, bytes, room)
  if (written >= 0) return Result.succeed(room.slice(0, written))
  // What replaces has to be in the charset as well.
  if (replace !== undefined) return toBytes(replaced(text, charset, replace), charset, undefined)
  return Result.fail(encodeError(charset, text, bytes))
}

const suggestNothing = () => undefined

const replaced = (text: string, charset: Charset, replace: string): string => {
  let safe = ""
  let at = 0
  for (const { index, length, severity } of issuesIn(text, notIn(charset), suggestNothing)) {
    if (severity === "warning") continue
    safe += text.slice(at, index) + replace
    at = index + length
  }
  return safe + text.slice(at)
}

/**
 * Writes the bytes of a text to an array, without making another.
 *
 * **Details**
 *
 * As `TextEncoder.encodeInto`, it stops before the first character that has no room and says how far it came. Where the charset lacks one of the
 * characters up to there it fails with {@link EncodeError}, and what the target holds then is of no use. The charset is `"EUC-KR"` unless given.
 *
 * **Example** (Room for three bytes)
 *
 * ```ts import.meta.vitest
 * import * as EucKrCodec from "@effect-sens/core/EucKrCodec"
 * import * as Result from "effect/Result"
 *
 * const target = new Uint8Array(3)
 * EucKrCodec.encodeInto("가나", target) // => Result.succeed({ read: 1, written: 2 })
 * target // => Uint8Array.of(0xb0, 0xa1, 0)
 * ```
 *
 * @category encoding
 * @since 0.1.0
 */
export function encodeInto(
  target: Uint8Array,
  options?: Options
): (text: string) => Result.Result<Progress, EncodeError>
export function encodeInto(text: string, target: Uint8Array, options?: Options): Result.Result<Progress, EncodeError>
export function encodeInto(
  first: string | Uint8Array,
  second?: Uint8Array | Options,
  third?: Options
): Result.Result<Progress, EncodeError> | ((text: string) => Result.Result<Progress, EncodeError>) {
  if (typeof first === "string") return into(first, isBytes(second) ? second : new Uint8Array(0), charsetOf(third))
  const charset = charsetOf(isBytes(second) ? undefined : second)
  return (text) => into(text, first, charset)
}

const isBytes = (value: Uint8Array | Options | undefined): value is Uint8Array => ArrayBuffer.isView(value)

const into = (text: string, target: Uint8Array, charset: Charset): Result.Result<Progress, EncodeError> => {
  const { bytes } = tableOf(charset)
  if (target.length < text.length * 2) return intoTight(text, target, charset, bytes)
  const written = write(text, bytes, target)
  return written < 0
    ? Result.fail(encodeError(charset, text, bytes))
    : Result.succeed({ read: text.length, written })
}

const intoTight = (
  text: string,
  target: Uint8Array,
  charset: Charset,
  bytes: Uint16Array
): Result.Result<Progress, EncodeError> => {
  let read = 0
  let written = 0
  for (; read < text.length; read++) {
    const unit = unitAt(text, read)
    const width = unit < 0x80 ? 1 : 2
    if (written + width > target.length) break
    const pair = bytes[unit] ?? 0
    if (width === 2) {
      if (pair === 0) return Result.fail(encodeError(charset, text, bytes))
      target[written++] = pair >> 8
    }
    target[written++] = pair
  }
  return Result.succeed({ read, written })
}

/**
 * The text of bytes.
 *
 * **Details**
 *
 * Bytes that are no character of the charset (`"EUC-KR"` unless given) make it fail with {@link DecodeError}, which says where the first of them are.
 *
 * **Example** (Decoding)
 *
 * ```ts import.meta.vitest
 * import * as EucKrCodec from "@effect-sens/core/EucKrCodec"
 * import * as Result from "effect/Result"
 *
 * EucKrCodec.decode(Uint8Array.of(0xb0, 0xa1, 0x41)) // => Result.succeed("가A")
 * const broken = Result.flip(EucKrCodec.decode(Uint8Array.of(0x41, 0xb0)))
 * Result.map(broken, (error) => [error.index, error.length]) // => Result.succeed([1, 1])
 * ```
 *
 * @category decoding
 * @since 0.1.0
 */
export function decode(options?: DecodeOptions): (bytes: Uint8Array) => Result.Result<string, DecodeError>
export function decode(bytes: Uint8Array, options?: DecodeOptions): Result.Result<string, DecodeError>
export function decode(
  first?: Uint8Array | DecodeOptions,
  options?: DecodeOptions
): Result.Result<string, DecodeError> | ((bytes: Uint8Array) => Result.Result<string, DecodeError>) {
  if (isBytes(first)) return toText(first, charsetOf(options), options?.replace)
  const charset = charsetOf(first)
  const replace = isBytes(first) ? undefined : first?.replace
  return (bytes) => toText(bytes, charset, replace)
}

const toText = (
  source: Uint8Array,
  charset: Charset,
  replace: string | undefined
): Result.Result<string, DecodeError> => Result.map(read(source, charset, replace, true), ({ text }) => text)

interface Read {
  readonly text: string
  /** How many bytes at the end wait for their second half: 0 or 1. */
  readonly rest: number
}

let units: Uint16Array | undefined

const read = (
  source: Uint8Array,
  charset: Charset,
  replace: string | undefined,
  isLast: boolean
): Result.Result<Read, DecodeError> => {
  const { codes } = tableOf(charset)
  const chunk = units ??= new Uint16Array(scratchUnits)
  const length = source.length
  let text = ""
  let at = 0
  for (let i = 0; i < length; i++) {
    const lead = source[i] ?? 0
    let unit = lead
    if (lead > 0x7f) {
      const trail = source[i + 1] ?? 0
      unit = codes[lead << 8 | trail] ?? 0
      if (unit === 0) {
        const isLead = lead > 0x80 && lead < 0xff
        if (isLead && !isLast && i + 1 === length) return Result.succeed({ text: text + textOf(chunk, at), rest: 1 })
        const broken = isLead && trail > 0x7f ? 2 : 1
        if (replace === undefined) return Result.fail(new DecodeError({ charset, index: i, length: broken }))
        text += textOf(chunk, at) + replace
        at = 0
        i += broken - 1
        continue
      }
      i++
    }
    chunk[at++] = unit
    if (at === scratchUnits) {
      text += textOf(chunk, at)
      at = 0
    }
  }
  return Result.succeed({ text: text + textOf(chunk, at), rest: 0 })
}

const textOf = (chunk: Uint16Array, length: number): string =>
  Reflect.apply(String.fromCharCode, undefined, chunk.subarray(0, length))

// -----------------------------------------------------------------------------
// Streams
// -----------------------------------------------------------------------------

/** Takes a stream apart in pieces of which one may begin in the next; `isLast` comes once, when there are no more. */
const pieces = <A, B, E2>(
  step: () => (pieces: ReadonlyArray<A>, isLast: boolean) => Result.Result<B | undefined, E2>
) =>
<E, R>(stream: Stream.Stream<A, E, R>): Stream.Stream<B, E | E2, R> =>
  Stream.transformPull(stream, (upstream) =>
    Effect.sync(() => {
      const next = step()
      let isDone = false
      const give = (result: Result.Result<B | undefined, E2>): Pull.Pull<Arr.NonEmptyReadonlyArray<B>, E | E2> =>
        Result.isFailure(result)
          ? Effect.fail(result.failure)
          : result.success === undefined
          ? pull
          : Effect.succeed(Arr.of(result.success))
      const pull: Pull.Pull<Arr.NonEmptyReadonlyArray<B>, E | E2> = Effect.suspend(() =>
        isDone ? Cause.done() : Pull.matchEffect(upstream, {
          onSuccess: (pieces) => give(next(pieces, false)),
          onFailure: Effect.failCause,
          onDone: () => {
            isDone = true
            return give(next([], true))
          }
        })
      )
      return pull
    }))

/**
 * Decodes pieces that may be cut anywhere, also inside of a character. It remembers what the last piece left, so it is for one text.
 *
 * @category models
 * @since 0.1.0
 */
export interface Decoder {
  /** The text of the next piece, and of what the last one left. Bytes that mean nothing are a {@link DecodeError}, or replaced. */
  readonly push: (bytes: Uint8Array) => Result.Result<string, DecodeError>
  /** What is left: nothing, or half of a character, which is a {@link DecodeError}, or what replaces it. */
  readonly end: () => Result.Result<string, DecodeError>
}

/**
 * A decoder for pieces as they come, where there is no `Stream`. Bytes that mean nothing make it fail with {@link DecodeError}, whose
 * `index` counts from the first piece, unless `replace` is given.
 *
 * **Example** (A character that was cut)
 *
 * ```ts import.meta.vitest
 * import * as EucKrCodec from "@effect-sens/core/EucKrCodec"
 * import * as Result from "effect/Result"
 *
 * const decoder = EucKrCodec.makeDecoder({ charset: "CP949" })
 *
 * decoder.push(Uint8Array.of(0x41, 0xb0)) // => Result.succeed("A")
 * decoder.push(Uint8Array.of(0xa1)) // => Result.succeed("가")
 * decoder.end() // => Result.succeed("")
 * ```
 *
 * @category decoding
 * @since 0.1.0
 */
export const makeDecoder = (options?: DecodeOptions): Decoder => {
  const charset = charsetOf(options)
  const replace = options?.replace
  let carried: Uint8Array = new Uint8Array(0)
  let consumed = 0
  const decode = (bytes: Uint8Array, isLast: boolean) => {
    const source = carried.length === 0 ? bytes : concat([carried, bytes])
    return Result.map(
      Result.mapError(
        read(source, charset, replace, isLast),
        ({ index, length }) => new DecodeError({ charset, index: consumed + index, length })
      ),
      ({ rest, text }) => {
        const taken = source.length - rest
        // A copy: whoever gave the bytes may write to them again, and the `slice` of a Node buffer makes none.
        carried = Uint8Array.from(source.subarray(taken))
        consumed += taken
        return text
      }
    )
  }
  return { push: (bytes) => decode(bytes, false), end: () => decode(new Uint8Array(0), true) }
}

/**
 * The texts of a stream of bytes that may be cut anywhere, also inside of a character. Fails with {@link DecodeError}, whose `index`
 * counts from the beginning of the stream, unless `replace` is given.
 *
 * **Example** (A character that was cut)
 *
 * ```ts import.meta.vitest
 * import * as EucKrCodec from "@effect-sens/core/EucKrCodec"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const bytes = Stream.make(Uint8Array.of(0x41, 0xb0), Uint8Array.of(0xa1))
 *
 * await Effect.runPromise(Stream.mkString(EucKrCodec.decodeStream()(bytes))) // => "A가"
 * ```
 *
 * @category decoding
 * @since 0.1.0
 */
export const decodeStream = (
  options?: DecodeOptions
): <E, R>(bytes: Stream.Stream<Uint8Array, E, R>) => Stream.Stream<string, E | DecodeError, R> =>
  pieces(() => {
    const decoder = makeDecoder(options)
    return (chunks: ReadonlyArray<Uint8Array>, isLast) =>
      Result.map(isLast ? decoder.end() : decoder.push(concat(chunks)), (text) => text === "" ? undefined : text)
  })

/**
 * The bytes of a stream of texts that may be cut anywhere. Fails with {@link EncodeError}, whose `index` counts from the beginning of the
 * stream, unless `replace` is given.
 *
 * **Example** (For a file)
 *
 * ```ts import.meta.vitest
 * import * as EucKrCodec from "@effect-sens/core/EucKrCodec"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const bytes = EucKrCodec.encodeStream({ charset: "CP949", replace: "?" })(Stream.make("가", "뷁👍"))
 *
 * await Effect.runPromise(Stream.runCollect(bytes)) // => [Uint8Array.of(0xb0, 0xa1, 0x94, 0xee, 0x3f)]
 * ```
 *
 * @category encoding
 * @since 0.1.0
 */
export const encodeStream = (
  options?: EncodeOptions
): <E, R>(texts: Stream.Stream<string, E, R>) => Stream.Stream<Uint8Array<ArrayBuffer>, E | EncodeError, R> => {
  const charset = charsetOf(options)
  const replace = options?.replace
  return pieces(() => {
    let carried = ""
    let consumed = 0
    return (texts: ReadonlyArray<string>, isLast) => {
      const text = carried + texts.join("")
      // Its other half may come with the next piece.
      const end = !isLast && text !== "" && isHighSurrogate(unitAt(text, text.length - 1))
        ? text.length - 1
        : text.length
      carried = text.slice(end)
      const from = consumed
      consumed += end
      return Result.map(
        Result.mapError(
          toBytes(text.slice(0, end), charset, replace),
          ({ codePoints, index, length }) => new EncodeError({ charset, index: from + index, length, codePoints })
        ),
        (bytes) => bytes.length === 0 ? undefined : bytes
      )
    }
  })
}

const concat = (chunks: ReadonlyArray<Uint8Array>): Uint8Array => {
  const [first] = chunks
  if (first !== undefined && chunks.length === 1) return first
  const joined = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const chunk of chunks) {
    joined.set(chunk, at)
    at += chunk.length
  }
  return joined
}

// -----------------------------------------------------------------------------
// Detecting
// -----------------------------------------------------------------------------

/**
 * What a text file of a Korean machine is encoded in.
 *
 * @category models
 * @since 0.1.0
 */
export type Encoding = "UTF-8" | "UTF-16LE" | "UTF-16BE" | "CP949"

/**
 * How bytes are encoded, as {@link detect} found it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Detected {
  /** The encoding. */
  readonly encoding: Encoding
  /** How many bytes at the beginning are the byte order mark, which is no part of the text: 0, 2 or 3. */
  readonly bom: number
}

/**
 * Tells apart what Korean spreadsheets save: UTF-8 with a byte order mark ("CSV UTF-8"), UTF-16 with one ("Unicode text"), UTF-8 without
 * one, and CP949 (all else, as Excel's plain "CSV").
 *
 * **Details**
 *
 * Without a mark it is UTF-8 if all of it is valid there (but for a few names alone, such as 천호, which UTF-8 would read as letters with
 * accents that stand beside no other letter), else CP949 if all of it is valid there. Where it is valid in neither, it is that of the two in which
 * the smaller part of its characters is broken, or such as are hardly ever written, so that a damaged byte does not turn all of a file into other characters.
 * A character that the end of the bytes cuts is not held against either, so the beginning of a file will do, if it is long enough to have Korean in it. Plain
 * ASCII is UTF-8.
 *
 * **Example** (The same word, twice)
 *
 * ```ts import.meta.vitest
 * import * as EucKrCodec from "@effect-sens/core/EucKrCodec"
 * import * as Result from "effect/Result"
 *
 * EucKrCodec.detect(new TextEncoder().encode("이름")) // => { encoding: "UTF-8", bom: 0 }
 * EucKrCodec.detect(new TextEncoder().encode("\ufeff이름")) // => { encoding: "UTF-8", bom: 3 }
 * EucKrCodec.detect(Result.getOrThrow(EucKrCodec.encode("이름"))) // => { encoding: "CP949", bom: 0 }
 * ```
 *
 * @category decoding
 * @since 0.1.0
 */
export const detect = (bytes: Uint8Array): Detected => {
  const marked = markOf(bytes)
  if (marked !== undefined) return marked
  const utf8 = new Utf8Census()
  utf8.push(bytes)
  if (utf8.broken === 0) {
    const pairs = new HangulPairs()
    pairs.push(bytes)
    return { encoding: pairs.end() ? "CP949" : "UTF-8", bom: 0 }
  }
  const cp949 = new Cp949Census()
  cp949.push(bytes)
  return { encoding: better(utf8, cp949), bom: 0 }
}

const markOf = ([first, second, third]: Uint8Array): Detected | undefined =>
  first === 0xef && second === 0xbb && third === 0xbf
    ? { encoding: "UTF-8", bom: 3 }
    : first === 0xff && second === 0xfe
    ? { encoding: "UTF-16LE", bom: 2 }
    : first === 0xfe && second === 0xff
    ? { encoding: "UTF-16BE", bom: 2 }
    : undefined

/** Of two in which something is broken or may be. */
const better = (utf8: Census, cp949: Census): Encoding =>
  cp949.broken > 0 && badness(utf8) < badness(cp949) ? "UTF-8" : "CP949"

/** What the bytes beyond ASCII are in an encoding. */
interface Census {
  /** Characters that are often written. */
  readonly usual: number
  /** Characters that are hardly ever written, and come of other encodings. */
  readonly unusual: number
  /** Places that are no character. */
  readonly broken: number
}

const badness = ({ broken, unusual, usual }: Census): number => (broken + unusual) / (broken + unusual + usual)

/** How many bytes follow a lead byte of UTF-8, and what the first of them may be; none where it is no lead byte. */
const utf8Lead = (lead: number): readonly [more: number, from: number, to: number] | undefined => {
  if (lead < 0xc2 || lead > 0xf4) return undefined
  if (lead < 0xe0) return [1, 0x80, 0xbf]
  if (lead < 0xf0) return [2, lead === 0xe0 ? 0xa0 : 0x80, lead === 0xed ? 0x9f : 0xbf]
  return [3, lead === 0xf0 ? 0x90 : 0x80, lead === 0xf4 ? 0x8f : 0xbf]
}

// A count of what comes in pieces. A character that the end cuts is counted by none, unless `end` is called.

class Utf8Census implements Census {
  usual = 0
  readonly unusual = 0
  broken = 0
  /** Where the first place is that is no character. */
  firstBroken: number | undefined
  private at = 0
  private lead = 0
  private more = 0
  private from = 0x80
  private to = 0xbf

  push(bytes: Uint8Array): void {
    const { length } = bytes
    let i = 0
    while (i < length) {
      const byte = bytes[i] ?? 0
      if (this.more > 0) {
        if (byte < this.from || byte > this.to) {
          // It may begin another character.
          this.break(this.lead)
          this.more = 0
          continue
        }
        i++
        this.from = 0x80
        this.to = 0xbf
        if (--this.more === 0) this.usual++
        continue
      }
      i++
      if (byte < 0x80) {
        while ((bytes[i] ?? 0xff) < 0x80) i++
        continue
      }
      const follows = utf8Lead(byte)
      if (follows === undefined) {
        this.break(this.at + i - 1)
        continue
      }
      this.lead = this.at + i - 1
      this.more = follows[0]
      this.from = follows[1]
      this.to = follows[2]
    }
    this.at += length
  }

  end(): void {
    if (this.more > 0) this.break(this.lead)
    this.more = 0
  }

  private break(index: number): void {
    this.broken++
    this.firstBroken ??= index
  }
}

class Cp949Census implements Census {
  usual = 0
  unusual = 0
  broken = 0
  /** Where the first place is that is no character. */
  firstBroken: number | undefined
  private readonly codes = cp949().codes
  private at: number
  private lead = 0

  /** `at` is how many bytes came before, all of them ASCII. */
  constructor(at = 0) {
    this.at = at
  }

  push(bytes: Uint8Array): void {
    const { length } = bytes
    let lead = this.lead
    for (let i = 0; i < length; i++) {
      const byte = bytes[i] ?? 0
      if (lead === 0) {
        if (byte < 0x80) continue
        if (byte > 0x80 && byte < 0xff) lead = byte
        else this.break(this.at + i)
        continue
      }
      if (this.codes[lead << 8 | byte] === 0) {
        this.break(this.at + i - 1)
        // It may begin another character, or be one.
        if (byte <= 0x7f) i--
      } else if (lead < 0xa1 || byte < 0xa1 || lead > 0xc8) {
        // Hanja, and the syllables that KS X 1001 lacks.
        this.unusual++
      } else {
        this.usual++
      }
      lead = 0
    }
    this.lead = lead
    this.at += length
  }

  end(): void {
    if (this.lead !== 0) this.break(this.at - 1)
    this.lead = 0
  }

  private break(index: number): void {
    this.broken++
    this.firstBroken ??= index
  }
}

/**
 * Whether all that is not ASCII are pairs of bytes that are both a Hangul syllable of KS X 1001 and a Latin letter of UTF-8, none of
 * which stands beside an ASCII letter, as an accented letter does.
 */
class HangulPairs {
  private isPossible = true
  private found = false
  private lead = 0
  private isAfterLetter = false
  private isAfterPair = false

  push(bytes: Uint8Array): void {
    for (let i = 0; this.isPossible && i < bytes.length; i++) {
      const byte = bytes[i] ?? 0
      if (this.lead !== 0) {
        this.isPossible = byte > 0xa0 && byte < 0xc0
        this.found = true
        this.lead = 0
        this.isAfterPair = true
        this.isAfterLetter = false
      } else if (byte < 0x80) {
        this.isAfterLetter = isLetter(byte)
        if (this.isAfterPair && this.isAfterLetter) this.isPossible = false
        this.isAfterPair = false
      } else {
        this.isPossible = byte > 0xc2 && byte < 0xc9 && !this.isAfterLetter
        this.lead = byte
        this.isAfterPair = false
      }
    }
  }

  end(): boolean {
    return this.isPossible && this.found && this.lead === 0
  }
}

const isLetter = (byte: number): boolean => (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a)

/**
 * How a file is encoded, as {@link makeDetector} found it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Detection extends Detected {
  /** How many places are no character of the encoding. Always 0 in UTF-16, where a half of a character is replaced. */
  readonly broken: number
  /** Where the first of them is, in bytes from the beginning, the byte order mark included; none where there are none. */
  readonly index: number | undefined
}

/**
 * Tells encodings apart by all of a file, as it comes.
 *
 * @category models
 * @since 0.1.0
 */
export interface Detector {
  /** Takes the next piece, which may be cut anywhere. */
  readonly push: (bytes: Uint8Array) => void
  /** What all of them are. */
  readonly end: () => Detection
}

/**
 * What a {@link Detector} takes.
 *
 * @category options
 * @since 0.1.0
 */
export interface DetectorOptions {
  /**
   * The encoding, where it is known: then only its broken places are counted.
   *
   * @default what the bytes say
   */
  readonly encoding?: Encoding | undefined
}

/**
 * As {@link detect}, for a file that comes in pieces and is not kept: all of it decides, and where it is broken is told.
 *
 * **Example** (The only Korean is at the end)
 *
 * ```ts import.meta.vitest
 * import * as EucKrCodec from "@effect-sens/core/EucKrCodec"
 *
 * const detector = EucKrCodec.makeDetector()
 * detector.push(new TextEncoder().encode("phone,name\n01012345678,"))
 * detector.push(Uint8Array.of(0xb0))
 * detector.push(Uint8Array.of(0xa1, 0xb3, 0xaa))
 *
 * detector.end() // => { encoding: "CP949", bom: 0, broken: 0, index: undefined }
 * ```
 *
 * @category decoding
 * @since 0.1.0
 */
export const makeDetector = (options: DetectorOptions = {}): Detector => {
  const { encoding } = options
  const utf8 = new Utf8Census()
  let cp949: Cp949Census | undefined
  const pairs = new HangulPairs()
  let head: Uint8Array | undefined = new Uint8Array(0)
  let marked: Detected | undefined
  let at = 0
  const take = (bytes: Uint8Array) => {
    const known = encoding ?? marked?.encoding
    if (known === undefined || known === "UTF-8") utf8.push(bytes)
    if (known === undefined) pairs.push(bytes)
    // Its table is built for a file that may need it.
    if (known === "CP949" || known === undefined && (cp949 !== undefined || bytes.some((byte) => byte > 0x7f))) {
      cp949 ??= new Cp949Census(at)
      cp949.push(bytes)
    }
    at += bytes.length
  }
  /** A mark has up to three bytes, which may come one by one. */
  const begin = (bytes: Uint8Array) => {
    head = undefined
    marked = markOf(bytes)
    take(bytes)
  }
  const bomOf = (is: Encoding): number => marked?.encoding === is ? marked.bom : 0
  const detection = (is: Encoding): Detection => {
    const { broken, firstBroken: index } = is === "UTF-8" ? utf8 : is === "CP949" && cp949 !== undefined ? cp949 : whole
    return { encoding: is, bom: bomOf(is), broken, index }
  }
  return {
    push: (bytes) => {
      if (head === undefined) return take(bytes)
      head = concat([head, bytes])
      if (head.length > 2) begin(head)
    },
    end: () => {
      if (head !== undefined) begin(head)
      const known = encoding ?? marked?.encoding
      const found = known ?? (utf8.broken === 0
        ? pairs.end() ? "CP949" : "UTF-8"
        : better(utf8, cp949 ?? noCharacters))
      utf8.end()
      cp949?.end()
      return detection(found)
    }
  }
}

const whole = { broken: 0, firstBroken: undefined }
const noCharacters: Census = { usual: 0, unusual: 0, broken: 0 }
