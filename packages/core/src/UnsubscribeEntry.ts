/**
 * A number on the block list.
 *
 * @since 0.1.0
 */
import type * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as wire from "./internal/wire.ts"
import * as KstDateTime from "./KstDateTime.ts"

/**
 * A number that refused advertisements, as it stands on the wire. `registerType` is `C` for a call to the 080 number and `M`
 * for one registered by hand or through the API. SENS docs, "Search for opt-out numbers", response body. Only the number
 * has to be there, and is not blank.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UnsubscribeEntry = Schema.Struct({
  /** The number, as the service writes it. */
  clientTelNo: Schema.String.check(Schema.isPattern(/\S/)),
  /** `C` for a call to the 080 number, `M` for one registered by hand or through the API: see {@link registeredBy}. */
  registerType: wire.text,
  /** Since when it is on the list, a stamp of Korean time: see {@link registerTime}. */
  registerTime: wire.text
})

/**
 * A number on the block list.
 *
 * @category models
 * @since 0.1.0
 */
export interface UnsubscribeEntry extends Schema.Schema.Type<typeof UnsubscribeEntry> {}

/**
 * When the number was registered.
 *
 * **Example** (Korean time)
 *
 * ```ts import.meta.vitest
 * import * as UnsubscribeEntry from "@effect-sens/core/UnsubscribeEntry"
 * import * as DateTime from "effect/DateTime"
 * import * as Option from "effect/Option"
 *
 * const entry = { clientTelNo: "01012345678", registerType: "M", registerTime: "2025-11-26T10:11:59.271" }
 *
 * Option.map(UnsubscribeEntry.registerTime(entry), DateTime.formatIso) // => Option.some("2025-11-26T01:11:59.271Z")
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const registerTime = (self: UnsubscribeEntry): Option.Option<DateTime.Utc> =>
  Option.flatMap(wire.present(self.registerTime), KstDateTime.parse)

/**
 * How the number came on the list: by a call to the 080 number, or by hand (through the API, too). `None` for a way that
 * the documents do not know.
 *
 * **Example** (A call)
 *
 * ```ts import.meta.vitest
 * import * as UnsubscribeEntry from "@effect-sens/core/UnsubscribeEntry"
 * import * as Option from "effect/Option"
 *
 * UnsubscribeEntry.registeredBy({ clientTelNo: "01012345678", registerType: "C" }) // => Option.some("call")
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const registeredBy = (self: UnsubscribeEntry): Option.Option<"call" | "hand"> =>
  Option.flatMap(wire.present(self.registerType), (type) =>
    type.toUpperCase() === "C"
      ? Option.some("call")
      : type.toUpperCase() === "M"
      ? Option.some("hand")
      : Option.none())
