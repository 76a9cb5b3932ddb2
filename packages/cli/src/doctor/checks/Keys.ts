/**
 * Whether there are keys, whether they can be right, and whether they and the address are of one zone.
 *
 * @since 0.1.0
 */
import * as Region from "@effect-sens/http/Region"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as ExitCode from "../../ExitCode.ts"
import * as Check from "../Check.ts"

type Zone = keyof typeof Region.baseUrls

const zones: ReadonlyArray<readonly [Zone, string]> = [
  ["public", Region.baseUrls.public],
  ["government", Region.baseUrls.government],
  ["financial", Region.baseUrls.financial]
]

const parts: { readonly [part: string]: Zone } = { kr: "public", gov: "government", fkr: "financial" }

/** The zone of an address; none of one that is not NAVER's, such as an emulator. */
export const zoneOfHost = (host: string): Zone | undefined =>
  zones.find(([, baseUrl]) => new URL(baseUrl).host === host)?.[0]

const zoneOfService = (serviceId: string): Zone | undefined => {
  const part = serviceId.split(":")[2] ?? ""
  return Object.hasOwn(parts, part) ? parts[part] : undefined
}

const names = {
  public: { en: "public", ko: "민간" },
  government: { en: "government", ko: "공공" },
  financial: { en: "financial", ko: "금융" }
} as const

export const check: Check.Check = {
  number: 2,
  id: "keys",
  title: { en: "Keys and address", ko: "인증 키와 주소" },
  mode: "offline",
  needs: "nothing",
  expected: {
    en: "three keys of one source, whose service is of the zone of the address",
    ko: "한 곳에서 온 키 셋. 서비스와 주소의 존(zone)이 같음"
  },
  determines: { en: "baseUrl", ko: "baseUrl" },
  run: Effect.gen(function*() {
    const { isFileOpen, keys, shape } = yield* Check.Bench
    if (Result.isFailure(keys)) return Check.bad(ExitCode.table.keys.code, keys.failure, { found: false })
    const { host, isLoopback, serviceId, source } = keys.success
    const wrong = yield* shape
    const byHost = zoneOfHost(host)
    const byService = zoneOfService(serviceId)
    const facts = {
      found: true,
      zone: byHost ?? (isLoopback ? "this machine" : "other"),
      service: byService ?? "other"
    }
    if (wrong !== undefined) return Check.bad(ExitCode.table.keys.code, wrong, facts)
    const from = {
      en: `keys from ${source.en}, ${byHost === undefined ? host : `${names[byHost].en} zone`}`,
      ko: `키는 ${source.ko}에서, ${byHost === undefined ? host : `${names[byHost].ko} 존`}`
    }
    if (byHost !== undefined && byService !== byHost) {
      return Check.bad(ExitCode.table.keys.code, {
        en: `${from.en}; but the service is of ${
          byService === undefined ? "no zone that is known" : `the ${names[byService].en} zone`
        }`,
        ko: `${from.ko}. 그러나 서비스는 ${
          byService === undefined ? "알 수 없는 존" : `${names[byService].ko} 존`
        }의 것입니다`
      }, facts)
    }
    if (isFileOpen) {
      return Check.note({
        en: `${from.en}; others may read that file: chmod 600`,
        ko: `${from.ko}. 다른 사용자가 그 파일을 읽을 수 있습니다: chmod 600`
      }, facts)
    }
    return Check.ok(from, facts)
  })
}
