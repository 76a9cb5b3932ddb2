/**
 * What is told of a profile: neither of its keys.
 *
 * @since 0.1.0
 */
import * as Region from "@effect-sens/http/Region"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import type { Language } from "./Language.ts"
import type * as Output from "./Output.ts"
import type * as Profiles from "./Profiles.ts"

export const View = Schema.Struct({
  name: Schema.String,
  serviceId: Schema.String,
  baseUrl: Schema.String,
  /** Whether the secret key stands in the file, or a command prints it. */
  secretKey: Schema.Literals(["file", "command", "none"]),
  /** Masked. */
  from: Schema.NullOr(Schema.String),
  visibilityLag: Schema.NullOr(Schema.String),
  timestampTolerance: Schema.NullOr(Schema.String),
  /** `fail` where a send whose answer was lost is not to be sent again by itself. */
  onAmbiguous: Schema.NullOr(Schema.Literals(["reconcile", "fail"])),
  prices: Schema.NullOr(Schema.Struct({
    sms: Schema.NullOr(Schema.Finite),
    lms: Schema.NullOr(Schema.Finite),
    mms: Schema.NullOr(Schema.Finite)
  }))
})

export const make = (
  name: string,
  profile: Profiles.Profile,
  output: Output.Service
): typeof View.Type => ({
  name,
  serviceId: profile.serviceId,
  baseUrl: profile.baseUrl ?? Region.baseUrls[profile.zone ?? "public"],
  secretKey: profile.secretKey !== undefined ? "file" : profile.secretKeyCommand !== undefined ? "command" : "none",
  from: profile.from === undefined ? null : output.number(profile.from),
  visibilityLag: profile.visibilityLag === undefined ? null : Duration.format(profile.visibilityLag),
  timestampTolerance: profile.timestampTolerance === undefined ? null : Duration.format(profile.timestampTolerance),
  onAmbiguous: profile.onAmbiguous ?? null,
  prices: profile.prices === undefined
    ? null
    : { sms: profile.prices.sms ?? null, lms: profile.prices.lms ?? null, mms: profile.prices.mms ?? null }
})

const texts = {
  heads: { en: ["name", "service", "address", "secret key"], ko: ["이름", "서비스", "주소", "시크릿 키"] },
  secretKey: {
    file: { en: "in the file", ko: "파일" },
    command: { en: "by a command", ko: "명령" },
    none: { en: "none", ko: "없음" }
  },
  name: { en: "name", ko: "이름" },
  serviceId: { en: "service", ko: "서비스" },
  baseUrl: { en: "address", ko: "주소" },
  secret: { en: "secret key", ko: "시크릿 키" },
  from: { en: "sender", ko: "발신번호" },
  visibilityLag: { en: "visibility lag", ko: "조회 지연" },
  timestampTolerance: { en: "timestamp tolerance", ko: "서명 시각 허용 오차" },
  onAmbiguous: { en: "a lost answer", ko: "응답을 잃으면" },
  prices: { en: "prices", ko: "단가" }
} as const

/** A row for each. */
export const rows = (
  views: ReadonlyArray<typeof View.Type>,
  language: Language
): ReadonlyArray<ReadonlyArray<string>> =>
  views.map((
    { baseUrl, name, secretKey, serviceId }
  ) => [name, serviceId, baseUrl, texts.secretKey[secretKey][language]])

export const heads = (language: Language): ReadonlyArray<string> => texts.heads[language]

/** A line for each that it says. */
export const lines = (view: typeof View.Type, language: Language): ReadonlyArray<ReadonlyArray<string>> => {
  const prices = Object.entries(view.prices ?? {}).flatMap(([type, price]) =>
    price === null ? [] : [`${type}=${price}`]
  )
  const all: ReadonlyArray<readonly [string, string | null]> = [
    [texts.name[language], view.name],
    [texts.serviceId[language], view.serviceId],
    [texts.baseUrl[language], view.baseUrl],
    [texts.secret[language], texts.secretKey[view.secretKey][language]],
    [texts.from[language], view.from],
    [texts.visibilityLag[language], view.visibilityLag],
    [texts.timestampTolerance[language], view.timestampTolerance],
    [texts.onAmbiguous[language], view.onAmbiguous],
    [texts.prices[language], prices.length === 0 ? null : prices.join(",")]
  ]
  return all.flatMap(([what, value]) => value === null ? [] : [[what, value]])
}
