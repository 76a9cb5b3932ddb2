/**
 * `effect-sens listen`: webhooks out of a service that has none.
 *
 * @since 0.1.0
 */
import * as Argument from "effect/cli/Argument"
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Schema from "effect/Schema"
import * as Definition from "../Definition.ts"
import * as Globals from "../Globals.ts"
import type { Both, Language } from "../Language.ts"

export const texts = {
  command: {
    en: "Forward each delivery result to a URL as a signed webhook",
    ko: "전달 결과를 하나하나 서명된 웹훅으로 URL에 전달합니다"
  },
  details: {
    en:
      "SENS calls nobody back, so its delivery log is asked every 10 seconds, and each message that is completed is posted to the URL, " +
      "signed as Standard Webhooks has it (webhook-id, webhook-timestamp, webhook-signature). At least once, not in order: webhook-id, " +
      "the message id, tells what came before. 2xx within the timeout is success, 410 ends the listener, all else is tried again after " +
      "5 seconds, doubling to 5 minutes, for 3 days; what was given up stands in undelivered.ndjson beside the cursor. Where it stands " +
      "is kept in a file, so a listener that was stopped or killed goes on where it was, up to 90 days later.\n\n" +
      "None is lost but what shows up in the log later than --overlap after its completion: keep it well above what " +
      "the service needs for that.",
    ko:
      "SENS에는 웹훅이 없으므로 전송 로그를 10초마다 조회해 완료된 메시지를 하나씩 URL로 POST합니다. Standard Webhooks 방식으로 " +
      "서명합니다(webhook-id, webhook-timestamp, webhook-signature). 적어도 한 번 전달하며 순서는 보장하지 않습니다. 이미 받은 " +
      "것인지는 메시지 ID인 webhook-id로 가립니다. 제한 시간 안의 2xx는 성공, 410은 종료이고, 그 밖에는 5초부터 두 배씩 5분까지 " +
      "늘려 가며 3일 동안 다시 보냅니다. 그래도 안 되면 커서 옆의 undelivered.ndjson에 적고 넘어갑니다. 어디까지 했는지 파일에 " +
      "남기므로, 멈추거나 강제로 종료되어도 90일 안에 다시 실행하면 이어서 합니다.\n\n" +
      "완료된 뒤 --overlap보다 늦게 로그에 나타나는 메시지만 놓칩니다. 서비스가 로그에 남기는 데 걸리는 시간보다 넉넉히 길게 두십시오."
  },
  forwardTo: {
    en: "Where to; https, or plain http on this machine. It is used as it is written, query included",
    ko: "전달할 URL. https, 이 컴퓨터 안에서는 http도 됩니다. 쿼리까지 쓴 그대로 사용합니다"
  },
  insecure: {
    en: "Allow plain http to another machine",
    ko: "다른 컴퓨터로 암호화되지 않은 http를 허용합니다"
  },
  secretFile: {
    en:
      "A file with whsec_... secrets, the newest first: each signs. Without it, SENS_WEBHOOK_SECRET of --env-file or the environment, else one that is made once and kept",
    ko:
      "whsec_... 시크릿이 든 파일. 새것부터 쓰고, 모두로 서명합니다. 없으면 --env-file이나 환경 변수의 SENS_WEBHOOK_SECRET, 그것도 없으면 한 번 만들어 보관한 시크릿"
  },
  printSecret: {
    en: "Print the secret for the receiver, and nothing else",
    ko: "받는 서버에 설정할 시크릿만 출력하고 끝냅니다"
  },
  cursor: {
    en: "The file that keeps the place; one listener has it at a time",
    ko: "어디까지 했는지 남길 파일. 한 번에 listen 하나만 씁니다"
  },
  from: {
    en:
      "Begin with what was completed from this time on, instead of where it stopped: --from=-3h, \"2026-11-28 09:00\"",
    ko: "멈춘 곳이 아니라 이 시각 뒤에 완료된 것부터 시작합니다: --from=-3h, \"2026-11-28 09:00\""
  },
  failed: { en: "Only messages that were not delivered", ko: "전달에 실패한 메시지만" },
  concurrency: { en: "How many requests at a time; 4 unless said otherwise", ko: "동시에 보낼 요청 수. 기본 4" },
  timeout: { en: "How long an answer may take; 10s unless said otherwise", ko: "응답을 기다리는 시간. 기본 10s" },
  interval: { en: "How often the log is asked; 10s unless said otherwise", ko: "로그를 조회하는 간격. 기본 10s" },
  overlap: {
    en: "How late a result may show up in the log without being missed; 10m unless said otherwise",
    ko: "로그에 이만큼 늦게 나타나도 놓치지 않습니다. 기본 10m"
  },
  retryFor: {
    en: "How long a message is tried before it is given up; 3d unless said otherwise",
    ko: "한 메시지를 포기하기까지 다시 보내는 기간. 기본 3d"
  },
  giveUp: {
    en: "End with code 7 when SENS has been away for so long; without it, wait for ever",
    ko: "SENS가 이만큼 응답하지 않으면 코드 7로 끝냅니다. 없으면 계속 기다립니다"
  },
  includeText: { en: "Send the subject and the text as well", ko: "제목과 내용도 함께 보냅니다" },
  replay: {
    en: "Deliver single messages once more, by their ids",
    ko: "메시지 ID로 웹훅을 다시 보냅니다"
  },
  messageIds: { en: "The ids, as the log and undelivered.ndjson show them", ko: "메시지 ID" },
  example: {
    en: "Everything that is completed from now on",
    ko: "지금부터 완료되는 모든 메시지"
  },
  failedExample: {
    en: "Failures of the last three days, then those to come",
    ko: "지난 사흘의 실패와 앞으로의 실패"
  },
  secretExample: { en: "The secret that the receiver verifies with", ko: "받는 쪽에서 검증에 쓸 시크릿" },
  replayExample: { en: "One that the receiver has lost", ko: "받는 쪽이 잃어버린 메시지" }
} as const satisfies { readonly [name: string]: Both }

const target = (language: Language) => ({
  forwardTo: Flag.String("forward-to").pipe(
    Flag.withMetavar("url"),
    Flag.withDescription(texts.forwardTo[language]),
    Flag.optional
  ),
  insecure: Flag.Boolean("insecure").pipe(
    Flag.withoutNegation,
    Flag.withDescription(texts.insecure[language]),
    Flag.withDefault(false)
  ),
  secretFile: Flag.File("secret-file").pipe(Flag.withDescription(texts.secretFile[language]), Flag.optional),
  timeout: Flag.String("timeout").pipe(
    Flag.withMetavar("span"),
    Flag.withDescription(texts.timeout[language]),
    Flag.withDefault("10s")
  ),
  includeText: Flag.Boolean("include-text").pipe(
    Flag.withoutNegation,
    Flag.withDescription(texts.includeText[language]),
    Flag.withDefault(false)
  )
})

const Concurrency = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 }))

const listen = (language: Language) => ({
  ...target(language),
  printSecret: Flag.Boolean("print-secret").pipe(
    Flag.withoutNegation,
    Flag.withDescription(texts.printSecret[language]),
    Flag.withDefault(false)
  ),
  cursor: Flag.File("cursor").pipe(Flag.withDescription(texts.cursor[language]), Flag.optional),
  from: Flag.String("from").pipe(Flag.withMetavar("time"), Flag.withDescription(texts.from[language]), Flag.optional),
  failed: Flag.Boolean("failed").pipe(
    Flag.withoutNegation,
    Flag.withDescription(texts.failed[language]),
    Flag.withDefault(false)
  ),
  concurrency: Flag.Int("concurrency").pipe(
    Flag.withSchema(Concurrency),
    Flag.withDescription(texts.concurrency[language]),
    Flag.withDefault(4)
  ),
  interval: Flag.String("interval").pipe(
    Flag.withMetavar("span"),
    Flag.withDescription(texts.interval[language]),
    Flag.withDefault("10s")
  ),
  overlap: Flag.String("overlap").pipe(
    Flag.withMetavar("span"),
    Flag.withDescription(texts.overlap[language]),
    Flag.withDefault("10m")
  ),
  retryFor: Flag.String("retry-for").pipe(
    Flag.withMetavar("span"),
    Flag.withDescription(texts.retryFor[language]),
    Flag.withDefault("3d")
  ),
  giveUp: Flag.String("give-up").pipe(
    Flag.withMetavar("span"),
    Flag.withDescription(texts.giveUp[language]),
    Flag.optional
  )
})

const replay = (language: Language) => ({
  messageIds: Argument.String("message-id").pipe(
    Argument.withDescription(texts.messageIds[language]),
    Argument.variadic({ min: 1 })
  ),
  ...target(language)
})

export type Target = Command.Command.Config.Infer<ReturnType<typeof target>>

export type Input = Command.Command.Config.Infer<ReturnType<typeof listen>>

export type Replay = Command.Command.Config.Infer<ReturnType<typeof replay>>

const uses = [...Globals.keys, "showNumbers"] as const

export const definition = Definition.leaf({
  name: "listen",
  description: texts.command,
  details: texts.details,
  examples: [
    { command: "effect-sens listen --forward-to http://localhost:3000/hooks/sens", says: texts.example },
    {
      command: "effect-sens listen --forward-to https://example.com/sens --failed --from=-3d",
      says: texts.failedExample
    },
    { command: "effect-sens listen --print-secret", says: texts.secretExample },
    { command: "effect-sens listen replay MESSAGE_ID --forward-to https://example.com/sens", says: texts.replayExample }
  ],
  uses,
  formats: ["table", "ndjson"],
  parameters: listen,
  handler: () => import("./Listen.handler.ts"),
  commands: [
    Definition.leaf({
      name: "replay",
      description: texts.replay,
      uses,
      formats: ["table", "json"],
      parameters: replay,
      handler: () => import("./ListenReplay.handler.ts")
    })
  ]
})
