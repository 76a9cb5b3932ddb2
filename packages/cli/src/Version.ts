/**
 * The version of the package. A bundle has it in it, since it may be a file of its own.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { createRequire } from "node:module"

declare const EFFECT_SENS_VERSION: string | undefined

const Manifest = Schema.Struct({ version: Schema.String })

export const version: string = typeof EFFECT_SENS_VERSION === "string"
  ? EFFECT_SENS_VERSION
  : Schema.decodeUnknownSync(Manifest)(createRequire(import.meta.url)("../package.json")).version
