import * as Jpeg from "@effect-sens/core/Jpeg"
import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { imageSize } from "image-size"
import * as jpegJs from "jpeg-js"

const encode = (width: number, height: number, quality: number, seed: number): Uint8Array => {
  let state = seed
  const data = Uint8Array.from(
    { length: width * height * 4 },
    () => (state = (state * 1103515245 + 12345) & 0x7fffffff) >> 16
  )
  return new Uint8Array(jpegJs.encode({ width, height, data: Buffer.from(data) }, quality).data)
}

const small = encode(9, 7, 60, 3)

const why = (bytes: Uint8Array | ReadonlyArray<number>): string =>
  Result.match(Jpeg.parse(Uint8Array.from(bytes)), {
    onFailure: ({ why }) => why,
    onSuccess: ({ frame, height, width }) => `${width}x${height} SOF${frame}`
  })

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

const SOI = [0xff, 0xd8]
const EOI = [0xff, 0xd9]
const segment = (marker: number, ...payload: Array<number>) => [
  0xff,
  marker,
  (payload.length + 2) >> 8,
  (payload.length + 2) & 0xff,
  ...payload
]
const frame = (marker: number, height: number, width: number) =>
  segment(marker, 8, height >> 8, height & 0xff, width >> 8, width & 0xff, 1, 1, 0x11, 0)
const SOF0 = frame(0xc0, 16, 32)
const SOS = segment(0xda, 1, 1, 0, 0, 63, 0)
const scan = [...SOS, 1, 2, 3]

describe("Jpeg", () => {
  it.prop(
    "reads the size that image-size reads",
    [between(1, 70), between(1, 70), between(1, 100), Schema.Natural],
    ([width, height, quality, seed]) => {
      const bytes = encode(width, height, quality, seed)
      const { height: h, width: w } = imageSize(bytes)
      assert.strictEqual(why(bytes), `${w}x${h} SOF0`)
      assert.strictEqual(why(bytes), `${width}x${height} SOF0`)
    },
    { arbitrary: { runs: 20 } }
  )

  it("reads sizes of two bytes", () => {
    assert.strictEqual(why(encode(1500, 8, 1, 1)), "1500x8 SOF0")
    assert.strictEqual(why(encode(8, 1441, 1, 1)), "8x1441 SOF0")
  })

  it("a picture that was cut off anywhere is no picture", () => {
    const bytes = small
    for (let length = 0; length < bytes.length; length++) {
      assert.strictEqual(why(bytes.subarray(0, length)), length < 2 ? "NoStart" : "NoEnd")
    }
    assert.strictEqual(why(bytes), "9x7 SOF0")
  })

  it.prop("says something about any bytes", [Schema.Uint8Array], ([bytes]) => {
    assert.isTrue(Result.isFailure(Jpeg.parse(bytes)))
    assert.isTrue(Result.isFailure(Jpeg.parse(Uint8Array.from([...SOI, ...bytes]))))
  })

  it.prop(
    "a byte that is wrong breaks nothing but the picture",
    [between(0, 700), between(0, 255)],
    ([index, value]) => {
      const bytes = Uint8Array.from(small)
      bytes[index % bytes.length] = value
      assert.match(why(bytes), /^(?:NoStart|NoPicture|NoEnd|Malformed|\d+x\d+ SOF\d+)$/)
    },
    { arbitrary: { runs: 500 } }
  )

  it.each([
    ["the least there can be", [...SOI, ...SOF0, ...scan, ...EOI], "32x16 SOF0"],
    ["progressive", [...SOI, ...frame(0xc2, 16, 32), ...scan, ...scan, ...EOI], "32x16 SOF2"],
    ["the last of the frame markers", [...SOI, ...frame(0xcf, 16, 32), ...scan, ...EOI], "32x16 SOF15"],
    ["the largest size of all", [...SOI, ...frame(0xc0, 65535, 65535), ...scan, ...EOI], "65535x65535 SOF0"],
    ["tables that lie among the frame markers", [
      ...SOI,
      ...segment(0xc4, 8, 0, 1, 0, 1, 0, 0),
      ...segment(0xc8, 8, 0, 1, 0, 1, 0, 0),
      ...segment(0xcc, 8, 0, 1, 0, 1, 0, 0),
      ...SOF0,
      ...scan,
      ...EOI
    ], "32x16 SOF0"],
    ["a thumbnail in the metadata", [
      ...SOI,
      ...segment(0xe1, ...SOI, ...frame(0xc0, 1, 1), ...scan, ...EOI),
      ...SOF0,
      ...scan,
      ...EOI
    ], "32x16 SOF0"],
    ["fill bytes before a marker", [...SOI, 0xff, 0xff, ...SOF0, ...scan, 0xff, 0xff, ...EOI], "32x16 SOF0"],
    ["markers that stand alone", [...SOI, 0xff, 0x01, 0xff, 0xd0, 0xff, 0xd7, ...SOF0, ...scan, ...EOI], "32x16 SOF0"],
    ["FF and restart markers in a scan", [
      ...SOI,
      ...SOF0,
      ...SOS,
      0xff,
      0x00,
      0xff,
      0xd0,
      0xff,
      0xd7,
      0xff,
      0x00,
      ...EOI
    ], "32x16 SOF0"],
    [
      "another table between scans",
      [...SOI, ...SOF0, ...scan, ...segment(0xcf, 8, 0, 9, 0), ...scan, ...EOI],
      "Malformed"
    ],
    ["a second frame between scans", [...SOI, ...SOF0, ...scan, ...frame(0xcf, 9, 9), ...scan, ...EOI], "32x16 SOF0"],
    ["a start within a scan", [...SOI, ...SOF0, ...scan, ...SOI, ...EOI], "Malformed"],
    ["FF last in a scan", [...SOI, ...SOF0, ...scan, 0xff, 0xff, 0xff], "NoEnd"],
    ["FF before a byte FF of a scan", [...SOI, ...SOF0, ...SOS, 0xff, 0xff, 0x00, ...EOI], "32x16 SOF0"],
    [
      "what looks like a number of lines",
      [...SOI, ...frame(0xc0, 0, 32), ...segment(0xfe, 0, 9), ...scan, ...EOI],
      "NoPicture"
    ],
    ["half a start of another kind", [0x00, 0xd8, ...SOF0, ...scan, ...EOI], "NoStart"],
    [
      "the number of lines after the scan",
      [...SOI, ...frame(0xc0, 0, 32), ...scan, ...segment(0xdc, 1, 2), ...EOI],
      "32x258 SOF0"
    ],
    ["a number of lines that is not needed", [...SOI, ...SOF0, ...scan, ...segment(0xdc, 0, 99), ...EOI], "32x16 SOF0"],
    ["a number of lines of the wrong length", [
      ...SOI,
      ...frame(0xc0, 0, 32),
      ...scan,
      ...segment(0xdc, 0, 9, 9),
      ...EOI
    ], "NoPicture"],
    ["the first of two frames", [...SOI, ...SOF0, ...frame(0xc0, 99, 99), ...scan, ...EOI], "32x16 SOF0"],
    ["bytes after the end", [...SOI, ...SOF0, ...scan, ...EOI, 1, 2, 3], "32x16 SOF0"],
    ["nothing", [], "NoStart"],
    ["PNG", [0x89, 0x50, 0x4e, 0x47], "NoStart"],
    ["half a start", [0xff, 0xd9], "NoStart"],
    ["no frame", [...SOI, ...scan, ...EOI], "NoPicture"],
    ["no scan", [...SOI, ...SOF0, ...EOI], "NoPicture"],
    ["start and end alone", [...SOI, ...EOI], "NoPicture"],
    ["no width", [...SOI, ...frame(0xc0, 16, 0), ...scan, ...EOI], "NoPicture"],
    ["no height", [...SOI, ...frame(0xc0, 0, 32), ...scan, ...EOI], "NoPicture"],
    ["no end", [...SOI, ...SOF0, ...scan], "NoEnd"],
    ["no end, FF last", [...SOI, ...SOF0, ...scan, 0xff], "NoEnd"],
    ["a segment beyond the end", [...SOI, 0xff, 0xe0, 0, 9, 1], "NoEnd"],
    ["a length cut in half", [...SOI, 0xff, 0xe0, 0], "NoEnd"],
    ["a segment up to the end", [...SOI, ...segment(0xe0, 1, 2)], "NoEnd"],
    ["a length that cannot be", [...SOI, 0xff, 0xe0, 0, 1, ...EOI], "Malformed"],
    ["an empty segment", [...SOI, ...segment(0xe0), ...SOF0, ...scan, ...EOI], "32x16 SOF0"],
    ["a frame without a size", [...SOI, ...segment(0xc0, 8, 0, 1, 0, 1), ...scan, ...EOI], "Malformed"],
    ["something in place of a marker", [...SOI, 1, ...SOF0, ...scan, ...EOI], "Malformed"],
    ["a stuffed byte outside a scan", [...SOI, 0xff, 0x00, ...SOF0, ...scan, ...EOI], "Malformed"],
    ["a second start", [...SOI, ...SOI, ...SOF0, ...scan, ...EOI], "Malformed"]
  ])("%s", (_, bytes, expected) => {
    assert.strictEqual(why(bytes), expected)
  })

  const with4 = (marker: number, precision = 8, components = 4) =>
    segment(
      marker,
      precision,
      0,
      16,
      0,
      32,
      components,
      ...Array.from({ length: components }, (_, i) => [i, 0x11, 0]).flat()
    )
  const adobe = (transform: number) => segment(0xee, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, transform)
  const unusual = (...segments: ReadonlyArray<ReadonlyArray<number>>) =>
    Jpeg.unusual(Result.getOrThrow(Jpeg.parse(Uint8Array.from([...SOI, ...segments.flat(), ...scan, ...EOI]))))

  it.each([
    ["grey", [SOF0], []],
    ["three components", [with4(0xc0, 8, 3)], []],
    ["progressive", [frame(0xc2, 16, 32)], []],
    ["extended", [frame(0xc1, 16, 32)], []],
    ["Adobe's marker in RGB", [adobe(1), with4(0xc0, 8, 3)], []],
    ["CMYK without a marker", [with4(0xc0)], ["CMYK colours"]],
    ["CMYK", [adobe(0), with4(0xc0)], ["CMYK colours"]],
    ["YCCK", [adobe(2), with4(0xc2)], ["CMYK colours (as YCCK)"]],
    ["a marker that is not Adobe's", [segment(0xee, 0x41, 0x64, 0x6f, 0x62, 0x66, 0, 0, 0, 0, 0, 0, 2), with4(0xc0)], [
      "CMYK colours"
    ]],
    ["a marker that is too short", [segment(0xee, 0x41, 0x64, 0x6f, 0x62, 0x65), with4(0xc0)], ["CMYK colours"]],
    ["two components", [with4(0xc0, 8, 2)], ["2 components a pixel"]],
    ["12 bits", [with4(0xc1, 12, 3)], ["12 bits a sample"]],
    ["lossless", [frame(0xc3, 16, 32)], ["lossless compression"]],
    ["hierarchical", [frame(0xc5, 16, 32)], ["hierarchical compression"]],
    ["hierarchical and progressive", [frame(0xc6, 16, 32)], ["hierarchical compression"]],
    ["hierarchical and lossless", [frame(0xc7, 16, 32)], ["lossless compression", "hierarchical compression"]],
    ["arithmetic", [frame(0xc9, 16, 32)], ["arithmetic coding"]],
    ["arithmetic and progressive", [frame(0xca, 16, 32)], ["arithmetic coding"]],
    ["arithmetic and lossless", [frame(0xcb, 16, 32)], ["lossless compression", "arithmetic coding"]],
    ["the first of two frames", [SOF0, with4(0xcb)], []]
  ])("what handsets may not show: %s", (_, segments, expected) => {
    assert.deepStrictEqual(unusual(...segments), expected)
  })

  it("nothing is unusual about what an encoder writes", () => {
    assert.deepStrictEqual(Result.map(Jpeg.parse(small), Jpeg.unusual), Result.succeed([]))
  })

  it("says what is wrong", () => {
    for (const why of ["NoStart", "NoPicture", "NoEnd", "Malformed"] as const) {
      const error = new Jpeg.InvalidJpeg({ why })
      assert.include(error.message, "JPEG")
      assert.strictEqual(error._tag, "InvalidJpeg")
    }
  })
})
