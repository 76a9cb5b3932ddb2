/**
 * `effect-sens log`: the messages of the delivery log, to look at, to follow, or as a file.
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
    en: "Show messages and what became of them, follow them, or write them into a file",
    ko: "메시지와 그 결과를 보여 주고, 계속 지켜보거나, 파일로 씁니다"
  },
  details: {
    en:
      "A file that --out names holds numbers in full; elsewhere they are masked. It is written beside its place and takes its name once it is whole. With --checkpoint, a run that was cut off goes on where it was when the same is run again.",
    ko:
      "--out으로 만드는 파일에는 번호가 그대로 들어가고, 다른 곳에서는 가립니다. 파일은 다 쓴 뒤에 제 이름을 얻습니다. --checkpoint를 주면, 도중에 끊겨도 같은 명령을 다시 실행해 이어서 씁니다."
  },
  by: { en: "Which time the range is of", ko: "범위를 요청 시각으로 볼지 완료 시각으로 볼지" },
  follow: {
    en: "Go on with what comes in from now on, or since --from, until ^C",
    ko: "지금부터 (또는 --from부터) 새로 들어오는 것을 ^C를 누를 때까지 보여 줍니다"
  },
  out: { en: "The file: .csv or .ndjson", ko: "파일. .csv 또는 .ndjson" },
  encoding: { en: "How a CSV file is encoded", ko: "CSV 파일의 인코딩" },
  strict: {
    en: "Refuse what CP949 lacks, in place of writing something like it, or ?",
    ko: "CP949에 없는 글자를 비슷한 글자나 ?로 바꾸지 않고 그만둡니다"
  },
  columns: {
    en:
      "The columns of CSV, in order: to, from, type, requestTime, completeTime, status, statusCode, meaning, advice, telcoCode …",
    ko: "CSV의 열과 순서. to, from, type, requestTime, completeTime, status, statusCode, meaning, advice, telcoCode 등"
  },
  headers: {
    en: "The names of the columns: in Korean, in English, or as SENS has them",
    ko: "열 이름. 한국어, 영어, SENS의 이름"
  },
  numbers: {
    en: "Numbers with hyphens, by which Excel keeps their zero, or as digits",
    ko: "번호에 하이픈을 넣거나 (엑셀에서 앞의 0이 남습니다) 숫자만 씁니다"
  },
  checkpoint: { en: "A file that says how far the export is", ko: "어디까지 썼는지 적어 둘 파일" }
} as const satisfies { readonly [name: string]: Both }

export const parameters = (language: Language) => {
  const said = (name: keyof typeof texts) => <A>(flag: Flag.Flag<A>) =>
    Flag.withDescription(flag, texts[name][language])
  return {
    ...RangeFlags.make(language),
    by: Flag.Literals("by", ["request", "completion"]).pipe(said("by"), Flag.withDefault("request" as const)),
    follow: Flag.Boolean("follow").pipe(Flag.withoutNegation, said("follow"), Flag.withDefault(false)),
    out: Flag.File("out").pipe(said("out"), Flag.optional),
    encoding: Flag.Literals("encoding", ["utf-8-bom", "utf-8", "cp949"]).pipe(said("encoding"), Flag.optional),
    strict: Flag.Boolean("strict").pipe(Flag.withoutNegation, said("strict"), Flag.withDefault(false)),
    columns: Flag.String("columns").pipe(Flag.withMetavar("names"), said("columns"), Flag.optional),
    headers: Flag.Literals("headers", ["ko", "en", "raw"]).pipe(said("headers"), Flag.optional),
    numbers: Flag.Literals("numbers", ["hyphen", "digits"]).pipe(said("numbers"), Flag.optional),
    checkpoint: Flag.File("checkpoint").pipe(said("checkpoint"), Flag.optional)
  }
}

export type Input = Command.Command.Config.Infer<ReturnType<typeof parameters>>

export const definition = Definition.leaf({
  name: "log",
  description: texts.command,
  details: texts.details,
  examples: [
    {
      command: "effect-sens log --last 1d --failed",
      says: { en: "What was not delivered since yesterday", ko: "하루 동안 전달되지 않은 것" }
    },
    {
      command: "effect-sens log --from 2026-11-01 --until 2026-12-01 --out november.csv --checkpoint november.json",
      says: {
        en: "A month for Excel, which may be cut off and run again",
        ko: "한 달치를 엑셀 파일로. 끊겨도 다시 실행하면 이어집니다"
      }
    }
  ],
  uses: [...Globals.keys, "showNumbers", "showTexts"],
  formats: ["table", "ndjson", "csv"],
  parameters,
  handler: () => import("./Log.handler.ts")
})
