/**
 * `effect-sens campaign`: a text to a list, that survives whatever ends the run.
 *
 * @since 0.1.0
 */
import * as Argument from "effect/cli/Argument"
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Definition from "../Definition.ts"
import * as Globals from "../Globals.ts"
import type { Both, Language } from "../Language.ts"
import * as ListFlags from "../lists/ListFlags.ts"
import * as Check from "./Check.ts"

export const texts = {
  command: {
    en: "Send a text to a list, over whatever ends the run",
    ko: "명단에 보냅니다. 도중에 끊겨도 이어서 보냅니다"
  },
  start: {
    en: "Check a list, ask, and send to it; the same again goes on where it was",
    ko: "명단을 검사하고, 물어보고, 보냅니다. 다시 실행하면 이어서 보냅니다"
  },
  startDetails: {
    en:
      "What was checked is what is sent: a file that changed meanwhile is refused. Everything is written down before anything goes out, so that a run may be ended at any moment, and nobody gets two messages or none. ^C pauses it. Ends with code 5 where nobody knows of some yet whether they were accepted, and with 6 where some were not delivered.",
    ko:
      "검사한 그대로 보냅니다. 그 사이에 바뀐 파일은 거절합니다. 보내기 전에 모두 적어 두므로 언제 끝내도 두 번 받거나 못 받는 사람이 없습니다. ^C는 멈춤입니다. 접수되었는지 모르는 것이 남으면 코드 5, 전달되지 않은 것이 있으면 6으로 끝납니다."
  },
  status: { en: "How far a campaign is", ko: "캠페인이 어디까지 갔는지 알려 줍니다" },
  watch: { en: "Watch a campaign that another run sends", ko: "다른 실행이 보내는 캠페인을 지켜봅니다" },
  list: { en: "All campaigns, from the newest on", ko: "모든 캠페인을 최근 것부터 보여 줍니다" },
  pause: {
    en: "Keep what waits from being sent; the run that sends it ends",
    ko: "남은 것을 보내지 않고 멈춥니다. 보내던 실행도 끝납니다"
  },
  resume: { en: "Go on with a campaign, to the last result", ko: "캠페인을 이어서 보내고 결과까지 기다립니다" },
  cancel: {
    en: "End a campaign for good: what waits is never sent",
    ko: "캠페인을 취소합니다. 남은 것은 다시 보낼 수 없습니다"
  },
  results: { en: "What became of each recipient", ko: "받는 사람마다의 결과" },
  retry: {
    en: "Send once more to those who surely did not get it, and may another time",
    ko: "틀림없이 받지 못했고 다시 보내면 받을 수 있는 사람에게 다시 보냅니다"
  },
  held: {
    en: "What nobody can tell whether it was accepted",
    ko: "접수되었는지 알 수 없는 것"
  },
  id: { en: "The campaign", ko: "캠페인" },
  newId: {
    en: "A name of your own for it; it is shown and kept, so let it hold no number",
    ko: "캠페인의 이름. 그대로 보여 주고 저장하므로 전화번호는 넣지 않습니다"
  },
  from: {
    en: "The sender number, registered in the SENS console; a profile may have one",
    ko: "발신번호. SENS 콘솔에 등록한 번호입니다. 프로필에 둘 수도 있습니다"
  },
  at: {
    en: "When it is sent, at the earliest: 2026-12-01 09:00 (Korean time), tomorrow 09:00",
    ko: "보내기 시작할 시각. 2026-12-01 09:00 (한국 시각), 내일 09:00"
  },
  rate: {
    en: "How many requests go out at most, of up to 100 recipients each: 10/s, 300/m",
    ko: "최대 요청 수. 한 요청에 100명까지 들어갑니다. 10/s, 300/m"
  },
  expires: {
    en: "When what is not sent yet is not to be sent any more",
    ko: "이 시각이 지나면 남은 것을 보내지 않습니다"
  },
  out: {
    en: "A .csv or .ndjson file for the results, with numbers in full",
    ko: "결과를 담을 .csv나 .ndjson 파일. 전화번호를 가리지 않습니다"
  },
  failed: {
    en: "Those alone who did not get it",
    ko: "받지 못한 사람만"
  },
  as: { en: "The name of the new campaign", ko: "새 캠페인의 이름" }
} as const satisfies { readonly [name: string]: Both }

const id = (language: Language) => Argument.String("id").pipe(Argument.withDescription(texts.id[language]))

const optional = (name: keyof typeof texts, flag: string, metavar: string, language: Language) =>
  Flag.String(flag).pipe(Flag.withMetavar(metavar), Flag.withDescription(texts[name][language]), Flag.optional)

const start = (language: Language) => {
  const { list, out, price } = Check.parameters(language)
  return {
    list,
    id: Flag.String("id").pipe(Flag.withMetavar("id"), Flag.withDescription(texts.newId[language])),
    from: optional("from", "from", "number", language),
    ...ListFlags.make(language),
    price,
    out,
    at: optional("at", "at", "time", language),
    rate: optional("rate", "rate", "requests", language),
    expires: optional("expires", "expires", "time", language)
  }
}

const one = (language: Language) => ({ id: id(language) })

const paced = (language: Language) => ({ id: id(language), rate: optional("rate", "rate", "requests", language) })

const results = (language: Language) => ({
  id: id(language),
  out: Flag.File("out").pipe(Flag.withDescription(texts.out[language]), Flag.optional),
  failed: Flag.Boolean("failed").pipe(
    Flag.withoutNegation,
    Flag.withDescription(texts.failed[language]),
    Flag.withDefault(false)
  )
})

const retry = (language: Language) => ({
  id: id(language),
  as: Flag.String("as").pipe(Flag.withMetavar("id"), Flag.withDescription(texts.as[language])),
  rate: optional("rate", "rate", "requests", language)
})

export type Start = Command.Command.Config.Infer<ReturnType<typeof start>>
export type One = Command.Command.Config.Infer<ReturnType<typeof one>>
export type Paced = Command.Command.Config.Infer<ReturnType<typeof paced>>
export type Results = Command.Command.Config.Infer<ReturnType<typeof results>>
export type Retry = Command.Command.Config.Infer<ReturnType<typeof retry>>

/** What needs no keys is told by these which of several services is meant. */
const local = ["service", "baseUrl"] as const

export const definition = Definition.group({
  name: "campaign",
  description: texts.command,
  commands: [
    Definition.leaf({
      name: "start",
      description: texts.start,
      details: texts.startDetails,
      examples: [
        {
          command: "effect-sens campaign start list.csv --id spring --text-file text.txt --ad --from 02-1234-5678",
          says: { en: "An advertisement to a list", ko: "명단에 광고를 보냅니다" }
        },
        {
          command:
            "effect-sens campaign start list.xlsx --id news --text \"{name}, we are open.\" --at \"tomorrow 09:00\"",
          says: { en: "At nine tomorrow", ko: "내일 9시에" }
        }
      ],
      uses: [...Globals.keys, "yes", "max"],
      formats: ["table", "json"],
      isSpending: true,
      parameters: start,
      handler: () => import("./CampaignStart.handler.ts")
    }),
    Definition.leaf({
      name: "status",
      description: texts.status,
      uses: local,
      formats: ["table", "json"],
      parameters: one,
      handler: () => import("./CampaignStatus.handler.ts")
    }),
    Definition.leaf({
      name: "watch",
      description: texts.watch,
      uses: local,
      formats: ["table", "ndjson"],
      parameters: one,
      handler: () => import("./CampaignWatch.handler.ts")
    }),
    Definition.leaf({
      name: "list",
      description: texts.list,
      uses: local,
      formats: ["table", "json"],
      parameters: () => ({}),
      handler: () => import("./CampaignList.handler.ts")
    }),
    Definition.leaf({
      name: "pause",
      description: texts.pause,
      uses: local,
      formats: ["table", "json"],
      parameters: one,
      handler: () => import("./CampaignPause.handler.ts")
    }),
    Definition.leaf({
      name: "resume",
      description: texts.resume,
      uses: Globals.keys,
      formats: ["table", "json"],
      isSpending: true,
      parameters: paced,
      handler: () => import("./CampaignResume.handler.ts")
    }),
    Definition.leaf({
      name: "cancel",
      description: texts.cancel,
      uses: [...local, "yes"],
      formats: ["table", "json"],
      parameters: one,
      handler: () => import("./CampaignCancel.handler.ts")
    }),
    Definition.leaf({
      name: "results",
      description: texts.results,
      uses: [...local, "showNumbers"],
      formats: ["table", "ndjson", "csv"],
      parameters: results,
      handler: () => import("./CampaignResults.handler.ts")
    }),
    Definition.leaf({
      name: "retry",
      description: texts.retry,
      uses: [...Globals.keys, "yes", "max"],
      formats: ["table", "json"],
      isSpending: true,
      parameters: retry,
      handler: () => import("./CampaignRetry.handler.ts")
    }),
    Definition.leaf({
      name: "held",
      description: texts.held,
      uses: local,
      formats: ["table", "json"],
      parameters: one,
      handler: () => import("./CampaignHeld.handler.ts")
    })
  ]
})
