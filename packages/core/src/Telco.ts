/**
 * The carriers of Korea, by the names that people know.
 *
 * @since 0.1.0
 */

const names: Readonly<Record<string, string>> = { SKT: "SKT", KTF: "KT", LGT: "LGU+" }

/**
 * The name of a carrier by the code that the log has for it: two are still called there by what they were called long ago. What is not
 * known stays as it is, since SENS publishes no list.
 *
 * **Example** (KT, and a carrier of another country)
 *
 * ```ts import.meta.vitest
 * import * as Telco from "@effect-sens/core/Telco"
 *
 * Telco.nameOf("KTF") // => "KT"
 * Telco.nameOf("ETC") // => "ETC"
 * ```
 *
 * @category accessors
 * @since 0.1.0
 */
export const nameOf = (telcoCode: string): string =>
  Object.hasOwn(names, telcoCode) ? names[telcoCode] ?? telcoCode : telcoCode
