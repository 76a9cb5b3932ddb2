/**
 * `effect-sens report`: what became of the messages of a range, counted.
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
    en: "Count messages by result, carrier, hour, day and more, and how long they took",
    ko: "메시지를 결과, 통신사, 시간, 날짜 등으로 세고, 걸린 시간을 보여 줍니다"
  },
  details: {
    en:
      "Times are Korean. What is not final yet is pending, and counts neither as delivered nor as failed. The time to delivery is that of what was delivered, from request to completion, exact to the second below 200 seconds and to 1 % beyond.",
    ko:
      "시각은 한국 시각입니다. 아직 결과가 없는 것은 대기이고, 전달에도 실패에도 넣지 않습니다. 걸린 시간은 전달한 메시지의 접수부터 완료까지이며, 200초까지는 초 단위, 그 뒤는 1% 단위로 정확합니다."
  },
  by: {
    en: "What to count by, one or several: code, telco, hour (of the day), day, type, sender, advice (code)",
    ko: "세는 기준. 하나 또는 여럿: code, telco, hour(하루 중 시), day, type, sender, advice (기본은 code)"
  },
  percentiles: { en: "The time to delivery for each row", ko: "행마다 걸린 시간을 함께 보여 줍니다" },
  out: { en: "A .csv file for the rows", ko: "행을 쓸 .csv 파일" },
  html: {
    en: "A page with charts and tables, which needs nothing beside it",
    ko: "차트와 표가 있는 보고서. 파일 하나로 열립니다"
  }
} as const satisfies { readonly [name: string]: Both }

export const parameters = (language: Language) => {
  const said = (name: keyof typeof texts) => <A>(flag: Flag.Flag<A>) =>
    Flag.withDescription(flag, texts[name][language])
  return {
    ...RangeFlags.make(language),
    by: Flag.String("by").pipe(Flag.withMetavar("names"), said("by"), Flag.optional),
    percentiles: Flag.Boolean("percentiles").pipe(Flag.withoutNegation, said("percentiles"), Flag.withDefault(false)),
    out: Flag.File("out").pipe(said("out"), Flag.optional),
    html: Flag.File("html").pipe(said("html"), Flag.optional)
  }
}

export type Input = Command.Command.Config.Infer<ReturnType<typeof parameters>>

export const definition = Definition.leaf({
  name: "report",
  description: texts.command,
  details: texts.details,
  examples: [
    {
      command: "effect-sens report --last 7d --by code,telco",
      says: { en: "A week by result and carrier", ko: "일주일을 결과와 통신사별로" }
    },
    {
      command: "effect-sens report --from 2026-11-01 --until 2026-12-01 --html november.html",
      says: { en: "A month as a page to pass on", ko: "한 달치를 나눠 볼 수 있는 보고서로" }
    }
  ],
  uses: [...Globals.keys, "showNumbers"],
  formats: ["table", "json", "csv"],
  parameters,
  handler: () => import("./Report.handler.ts")
})
