/**
 * The rules of an upload.
 */
import * as Base64 from "effect/encoding/Base64"
import * as Result from "effect/Result"
import * as Jpeg from "./jpeg.ts"

export const limits = { nameLength: 40, bytes: 300 * 1024, width: 1500, height: 1440 } as const

/** The bytes of the picture, or everything that is wrong with it. */
export const check = (file: {
  readonly name: string
  readonly body: string
}): Result.Result<Uint8Array, ReadonlyArray<string>> => {
  const problems: Array<string> = []
  if (Array.from(file.name).length > limits.nameLength) {
    problems.push(`The fileName cannot exceed ${limits.nameLength} characters.`)
  }
  if (!/\.jpe?g$/i.test(file.name)) problems.push("The fileName must end in .jpg or .jpeg.")
  const bytes = Result.getOrUndefined(Base64.decode(file.body))
  if (bytes === undefined) return Result.fail([...problems, "The fileBody must be in Base64."])
  if (bytes.length > limits.bytes) problems.push(`The fileBody cannot exceed ${limits.bytes / 1024} KB.`)
  const size = Jpeg.size(bytes)
  if (size === undefined) problems.push("The fileBody must be a JPEG.")
  else if (size.width > limits.width || size.height > limits.height) {
    problems.push(`The picture cannot exceed ${limits.width} x ${limits.height} pixels.`)
  }
  return problems.length > 0 ? Result.fail(problems) : Result.succeed(bytes)
}
