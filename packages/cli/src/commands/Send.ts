/**
 * `effect-sens send`: one request, to 1-100 recipients.
 *
 * @since 0.1.0
 */
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Definition from "../Definition.ts"
import * as Globals from "../Globals.ts"
import type { Both, Language } from "../Language.ts"

export const texts = {
  command: { en: "Send one message to 1-100 recipients", ko: "받는 사람 1~100명에게 메시지 하나를 보냅니다" },
  details: {
    en:
      "Exactly one request goes out, once; it is never sent again by itself. Before it does, it is written into the journal, so that effect-sens settle can tell what became of it, whatever happens to this program. Ends with code 5 where nobody knows yet whether it was accepted. A list, or more than 100, is for campaign.",
    ko:
      "요청을 정확히 한 번만 보내고, 저절로 다시 보내지 않습니다. 보내기 전에 기록을 남기므로 이 프로그램이 어떻게 끝나든 effect-sens settle로 결과를 알 수 있습니다. 접수되었는지 아직 알 수 없으면 코드 5로 끝납니다. 명단이나 100명이 넘는 발송은 campaign으로 합니다."
  },
  to: {
    en: "A number that gets it (repeatable, or several between commas)",
    ko: "받는 번호 (여러 번 주거나 쉼표로 나눔)"
  },
  from: {
    en: "The number that sends it; that of the profile, if not given",
    ko: "보내는 번호. 주지 않으면 프로필의 번호"
  },
  text: { en: "The text", ko: "문안" },
  textFile: { en: "A file with the text (- is stdin)", ko: "문안을 담은 파일 (- 는 표준 입력)" },
  subject: { en: "The subject of an LMS or MMS", ko: "LMS·MMS의 제목" },
  image: { en: "A JPEG; then it is an MMS (repeatable, up to 3)", ko: "JPEG 그림. 주면 MMS가 됩니다 (3개까지)" },
  ad: {
    en: "It is an advertisement: whoever refused them (080) gets none",
    ko: "광고 메시지. 수신 거부(080)한 번호에는 보내지 않습니다"
  },
  at: {
    en: "When SENS is to send it: \"tomorrow 09:00\", 2026-12-01 09:00 (Korean time)",
    ko: "예약 시각. \"내일 09:00\", 2026-12-01 09:00 (한국 시각)"
  },
  type: {
    en: "The type of message; auto is the smaller that fits",
    ko: "메시지 유형. auto는 들어가는 것 가운데 작은 것"
  },
  charset: { en: "The charset that the text has to fit", ko: "문안이 들어가야 할 문자 집합" },
  wait: {
    en: "Then wait for the result of each, for so long (10m, if only --wait=)",
    ko: "받는 사람마다 결과를 기다립니다. 기다릴 시간 (예: 10m)"
  },
  oneTime: {
    en: "A one-time password: within 90 seconds it is sure whether it went out, and it is not sent later",
    ko: "인증번호. 90초 안에 나갔는지 확실해지고, 그 뒤에는 나가지 않습니다"
  },
  ignore: {
    en: "A rule that is to keep nothing from being sent (repeatable)",
    ko: "어겨도 보낼 규칙 (여러 번 줄 수 있음)"
  },
  dryRun: { en: "Tell the plan and send nothing", ko: "계획만 알리고 보내지 않습니다" }
} as const satisfies { readonly [name: string]: Both }

export const parameters = (language: Language) => {
  const said = (name: keyof typeof texts) => <A>(flag: Flag.Flag<A>) =>
    Flag.withDescription(flag, texts[name][language])
  const text = (name: keyof typeof texts, flag: string, metavar: string) =>
    Flag.String(flag).pipe(Flag.withMetavar(metavar), said(name), Flag.optional)
  const isGiven = (name: keyof typeof texts, flag: string) =>
    Flag.Boolean(flag).pipe(Flag.withoutNegation, said(name), Flag.withDefault(false))
  const several = (name: keyof typeof texts, flag: string, metavar: string) =>
    Flag.String(flag).pipe(Flag.withMetavar(metavar), said(name), Flag.atLeast(0), Flag.withDefault([]))
  return {
    to: Flag.String("to").pipe(Flag.withMetavar("number"), said("to"), Flag.atLeast(1)),
    from: text("from", "from", "number"),
    text: text("text", "text", "text"),
    textFile: text("textFile", "text-file", "file"),
    subject: text("subject", "subject", "text"),
    image: several("image", "image", "file"),
    ad: isGiven("ad", "ad"),
    at: text("at", "at", "time"),
    type: Flag.Literals("type", ["auto", "sms", "lms", "mms"]).pipe(said("type"), Flag.withDefault("auto" as const)),
    charset: Flag.ChoiceWithValue("charset", [["euc-kr", "EUC-KR"], ["cp949", "CP949"]]).pipe(
      said("charset"),
      Flag.withDefault("EUC-KR" as const)
    ),
    wait: text("wait", "wait", "span"),
    oneTime: isGiven("oneTime", "one-time"),
    ignore: several("ignore", "ignore", "rule"),
    dryRun: isGiven("dryRun", "dry-run")
  }
}

export type Input = Command.Command.Config.Infer<ReturnType<typeof parameters>>

export const definition = Definition.leaf({
  name: "send",
  description: texts.command,
  details: texts.details,
  examples: [
    {
      command: "effect-sens send --to 010-0000-0001 --from 02-1234-5678 --text \"안녕하세요\"",
      says: { en: "To one, after a question", ko: "한 사람에게, 물어본 뒤에" }
    },
    {
      command: "effect-sens send --to 010-0000-0001 --from 02-1234-5678 --text-file text.txt --yes --json",
      says: { en: "From a program", ko: "프로그램에서" }
    }
  ],
  uses: [...Globals.keys, "yes", "max", "showNumbers"],
  formats: ["table", "json"],
  isSpending: true,
  parameters,
  handler: () => import("./Send.handler.ts")
})
