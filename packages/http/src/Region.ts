/**
 * Where SENS answers.
 *
 * @since 0.1.0
 */

/**
 * The base URLs of the three zones of NAVER Cloud; paths and bodies are the same in all of them. The financial one can
 * only be reached from inside its network.
 *
 * **Example** (The government zone)
 *
 * ```ts import.meta.vitest
 * import * as Region from "@effect-sens/http/Region"
 *
 * Region.baseUrls.government // => "https://sens.apigw.gov-ntruss.com"
 * ```
 *
 * @category constants
 * @since 0.1.0
 */
export const baseUrls: Record<Region, string> = {
  public: "https://sens.apigw.ntruss.com",
  government: "https://sens.apigw.gov-ntruss.com",
  financial: "https://sens.apigw.fin-ntruss.com"
}

/**
 * A zone of NAVER Cloud.
 *
 * @category models
 * @since 0.1.0
 */
export type Region = "public" | "government" | "financial"
