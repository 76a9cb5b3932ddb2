/**
 * `effect-sens mcp`: tools for the models of an MCP client.
 *
 * @since 0.1.0
 */
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Schema from "effect/Schema"
import * as Definition from "../Definition.ts"
import * as Globals from "../Globals.ts"
import type { Both, Language } from "../Language.ts"

export const texts = {
  command: {
    en: "Let an MCP client's model look at messages and, if allowed, send",
    ko: "MCP 클라이언트의 모델이 메시지를 살펴보고, 허용하면 보내게 합니다"
  },
  details: {
    en:
      "A server on stdin and stdout that a client starts. It sends nothing unless --allow-send says so, and then only what was prepared and checked, after a person said yes, up to a number of recipients a day. Numbers are masked and texts left out. Tools that are not allowed are not there.",
    ko:
      "클라이언트가 시작하는 표준 입출력 서버입니다. --allow-send 없이는 아무것도 보내지 않으며, 그때도 미리 준비해 검사한 것만, 사람이 확인한 뒤, 하루에 정한 받는 사람 수까지만 보냅니다. 번호는 가리고 내용은 뺍니다. 허용하지 않은 도구는 아예 없습니다."
  },
  allowSend: { en: "Let it send what was prepared", ko: "준비한 발송을 보내도록 허용합니다" },
  maxRecipientsPerDay: {
    en: "How many recipients a Korean day may have, of all servers of this machine together",
    ko: "하루(한국 시각)에 보낼 수 있는 받는 사람 수. 이 컴퓨터의 모든 서버를 합한 값"
  },
  allowNumbers: {
    en: "Send to these numbers alone (repeatable, or several between commas)",
    ko: "이 번호에만 보냅니다 (여러 번 주거나 쉼표로 나눔)"
  },
  allowManage: {
    en: "Let it cancel reservations, change the 080 list and upload pictures",
    ko: "예약 취소, 080 목록 변경, 그림 올리기를 허용합니다"
  },
  allowReadTexts: {
    en: "Let it read the texts of messages in the log",
    ko: "로그에 있는 메시지 내용을 읽도록 허용합니다"
  }
} as const satisfies { readonly [name: string]: Both }

const Positive = Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))

export const parameters = (language: Language) => {
  const said = (name: keyof typeof texts) => <A>(flag: Flag.Flag<A>) =>
    Flag.withDescription(flag, texts[name][language])
  const isGiven = (name: keyof typeof texts, flag: string) =>
    Flag.Boolean(flag).pipe(Flag.withoutNegation, said(name), Flag.withDefault(false))
  return {
    allowSend: isGiven("allowSend", "allow-send"),
    maxRecipientsPerDay: Flag.Int("max-recipients-per-day").pipe(
      Flag.withSchema(Positive),
      Flag.withMetavar("count"),
      said("maxRecipientsPerDay"),
      Flag.optional
    ),
    allowNumbers: Flag.String("allow-numbers").pipe(
      Flag.withMetavar("number"),
      said("allowNumbers"),
      Flag.atLeast(0),
      Flag.withDefault([])
    ),
    allowManage: isGiven("allowManage", "allow-manage"),
    allowReadTexts: isGiven("allowReadTexts", "allow-read-texts")
  }
}

export type Input = Command.Command.Config.Infer<ReturnType<typeof parameters>>

export const definition = Definition.leaf({
  name: "mcp",
  description: texts.command,
  details: texts.details,
  examples: [
    { command: "effect-sens mcp --profile prod", says: { en: "To look alone", ko: "살펴보기만" } },
    {
      command: "effect-sens mcp --allow-send --max-recipients-per-day 20 --allow-numbers 010-0000-0001",
      says: { en: "To send to one number, after a question", ko: "한 번호에만, 물어본 뒤에 보내기" }
    }
  ],
  uses: [...Globals.keys, "yes"],
  isSpending: true,
  parameters,
  handler: () => import("./Mcp.handler.ts")
})
