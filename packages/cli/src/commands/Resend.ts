/**
 * `effect-sens resend`: what failed, once more.
 *
 * @since 0.1.0
 */
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Definition from "../Definition.ts"
import * as Globals from "../Globals.ts"
import type { Both, Language } from "../Language.ts"
import * as RangeFlags from "../records/RangeFlags.ts"

export const texts = {
  command: {
    en: "Send messages of the log once more that failed and may arrive another time",
    ko: "로그에서 실패했지만 다시 보내면 갈 수 있는 메시지를 다시 보냅니다"
  },
  details: {
    en:
      "What may have arrived is left out, and so is an MMS, whose pictures are gone. Each id is written into the journal before it is sent: run again with the same journal, nothing is sent twice. It is a campaign, which goes on by campaign resume. What failed of a campaign is sent again by campaign retry.",
    ko:
      "갔을지도 모르는 것과, 그림이 남아 있지 않은 MMS는 뺍니다. 보내기 전에 ID를 기록 파일에 적으므로, 같은 기록 파일로 다시 실행해도 두 번 보내지 않습니다. 하나의 캠페인이 되어 campaign resume으로 이어집니다. 캠페인에서 실패한 것은 campaign retry로 다시 보냅니다."
  },
  advice: {
    en: "What there is to do about a failure that is sent again (repeatable; retryLater unless a code is named)",
    ko: "다시 보낼 실패의 조치 (여러 번 줄 수 있음. 코드를 주지 않으면 retryLater)"
  },
  fromFile: {
    en: "A .csv or .ndjson file with a column of message ids, as log --out writes it, in place of a range",
    ko: "범위 대신, 메시지 ID 열이 있는 .csv나 .ndjson 파일. log --out이 쓰는 것과 같습니다"
  },
  once: {
    en: "The journal: a file of what was sent once more; made where there is none",
    ko: "기록 파일. 다시 보낸 것을 적어 둡니다. 없으면 만듭니다"
  },
  includeUncertain: {
    en: "Send those again, too, that may have arrived: some get two",
    ko: "갔을지도 모르는 것도 다시 보냅니다. 두 번 받는 사람이 있을 수 있습니다"
  },
  dryRun: { en: "Show what would be sent, and send nothing", ko: "보낼 것만 보여 주고 보내지 않습니다" },
  rate: {
    en: "How many requests go out at most, of up to 100 recipients each: 10/s, 300/m",
    ko: "최대 요청 수. 한 요청에 100명까지 들어갑니다. 10/s, 300/m"
  }
} as const satisfies { readonly [name: string]: Both }

const advices = ["retryLater", "fixRecipient", "fixContent", "fixSender", "quota", "system"] as const

export const parameters = (language: Language) => {
  const said = (name: keyof typeof texts) => <A>(flag: Flag.Flag<A>) =>
    Flag.withDescription(flag, texts[name][language])
  const isGiven = (name: keyof typeof texts, flag: string) =>
    Flag.Boolean(flag).pipe(Flag.withoutNegation, said(name), Flag.withDefault(false))
  // What is sent again has failed.
  const { failed: _, status: __, ...range } = RangeFlags.make(language)
  return {
    ...range,
    advice: Flag.Literals("advice", advices).pipe(said("advice"), Flag.atLeast(0), Flag.withDefault([])),
    fromFile: Flag.File("from-file").pipe(said("fromFile"), Flag.optional),
    once: Flag.File("once").pipe(said("once"), Flag.optional),
    includeUncertain: isGiven("includeUncertain", "include-uncertain"),
    dryRun: isGiven("dryRun", "dry-run"),
    rate: Flag.String("rate").pipe(Flag.withMetavar("requests"), said("rate"), Flag.optional)
  }
}

export type Input = Command.Command.Config.Infer<ReturnType<typeof parameters>>

export const definition = Definition.leaf({
  name: "resend",
  description: texts.command,
  details: texts.details,
  examples: [
    {
      command: "effect-sens resend --last 1d --once resent.ndjson --dry-run",
      says: { en: "What of the last day may be sent again", ko: "하루 동안 실패한 것 가운데 다시 보낼 것" }
    },
    {
      command: "effect-sens resend --from-file failed.csv --once resent.ndjson",
      says: { en: "What somebody has picked", ko: "골라 둔 것" }
    }
  ],
  uses: [...Globals.keys, "yes", "max"],
  formats: ["table", "json"],
  isSpending: true,
  parameters,
  handler: () => import("./Resend.handler.ts")
})
