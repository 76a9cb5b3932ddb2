/**
 * `effect-sens emulate`: the program `effect-sens-emulator`, with the same flags and out of the same module.
 *
 * @since 0.1.0
 */
import * as Program from "@effect-sens/emulator/Program"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import * as References from "effect/References"
import type * as Definition from "../Definition.ts"
import * as Globals from "../Globals.ts"
import type { Both } from "../Language.ts"

const command = {
  en: "Emulate the SMS API of NAVER Cloud SENS on a port: nothing is sent, nothing costs money",
  ko: "네이버 클라우드 SENS의 SMS API를 포트에서 흉내 냅니다. 실제로 보내지 않고, 돈이 들지 않습니다"
} as const satisfies Both

/** What its flags say of themselves in Korean; in English they say it themselves. */
export const korean: Program.Texts = {
  command: command.ko,
  seed: "ID와 무작위 장애가 여기에서 나옵니다. 같은 값이면 같게 되풀이됩니다",
  seedCommand: "떠 있는 에뮬레이터에 지난 메시지를 채워 넣습니다",
  port: "포트. 0은 빈 포트를 씁니다",
  host: "바인딩할 주소. 기본값은 이 컴퓨터에서만 닿습니다",
  allowedHosts: "Host 헤더에 더 허용할 이름 (여러 번 줄 수 있음)",
  env: "받기 시작하면 클라이언트 설정만 이름=값으로 출력합니다. 로그는 표준 오류로 갑니다",
  detach: "백그라운드에서 시작하고, 받기 시작하면 돌아옵니다",
  accessKey: "계정의 액세스 키",
  secretKey: "계정의 시크릿 키. 지어낸 값을 쓰십시오. 다른 데에는 쓰이지 않습니다",
  serviceIds: "계정의 서비스 (여러 번 줄 수 있음)",
  senders: "등록된 발신번호 (여러 번 줄 수 있음. 없으면 모두 등록된 것으로 봅니다)",
  outcomes: "번호=코드. 그 번호로 보낸 메시지의 결과 코드 (여러 번 줄 수 있음)",
  outcomesByContent: "글=코드. 그 글이 든 메시지의 결과 코드 (여러 번 줄 수 있음. 먼저 맞는 것)",
  strict: "서비스가 거절할 수 있는 것은 바로 거절합니다. 스위치를 따로 주면 그쪽이 먼저입니다",
  data: "다시 시작해도 메시지, 예약, 파일, 수신 거부 목록이 남도록 이 파일에 둡니다",
  charset: "문자 집합",
  overLength: "길이를 넘는 문안을 어떻게 하는지",
  unencodable: "문자 집합에 없는 글자가 든 문안을 어떻게 하는지",
  foreignText: "해외로 가는 문안도 그렇게 하는지",
  unregisteredSender: "--sender에 없는 번호로 보내면 어떻게 하는지",
  emptySearch: "결과가 없는 조회에 어떻게 답하는지",
  badFile: "파일이 없는 MMS를 어떻게 하는지",
  strayFiles: "MMS가 아닌데 붙은 파일을 어떻게 하는지",
  inlineFiles: "MMS에 파일을 바로 넣을 수 있는지, {name, body}",
  fileReuse: "언제 이미 있는 파일로 보는지",
  reserveTime: "예약 상태가 시각을 어떤 형식으로 알려 주는지",
  advertisingAtNight: "밤에 보낸 광고를 어떻게 하는지",
  paging: "조회의 다음 쪽을 어떻게 묻는지",
  processingAfter: "접수된 메시지가 PROCESSING이 되기까지 (기본 \"1 second\")",
  completedAfter: "COMPLETED가 되기까지 (기본 \"5 seconds\")",
  visibleAfter: "조회에 나타나지 않는 동안 (기본 \"0 seconds\")",
  timestampTolerance: "서명 시각이 어긋나도 되는 폭 (기본 \"5 minutes\")",
  reservationLead: "예약 시각이 얼마나 뒤여야 하는지 (기본 \"10 minutes\")",
  reservationCutoff: "예약 시각 얼마 전까지 취소할 수 있는지 (기본 \"10 minutes\")",
  submittedAfter: "예약 시각 얼마 뒤에 DONE이 되는지 (기본 \"1 second\")",
  fileExpiry: "올린 파일을 얼마 동안 두는지 (기본 \"6 days\")",
  clockOffset: "게이트웨이의 시계가 앞서는 폭. \"-2 minutes\"처럼 뒤질 수도 있습니다 (기본 \"0 seconds\")",
  maxFiles: "MMS에 붙일 수 있는 파일 수 (기본 3)",
  blockedCode: "수신 거부한 번호로 보낸 광고의 결과 코드 (기본 E917)",
  maxBodyBytes: "읽는 본문의 최대 크기 (기본 1048576)",
  logCapacity: "장부와 서명 기록에 남기는 건수 (기본 10000)",
  messageCapacity: "남겨 두는 메시지 수. 새것부터 (기본 1000000)",
  gracefulShutdownTimeout: "끝낼 때 처리 중인 요청을 기다리는 시간 (기본 \"250 millis\")",
  "seed.messages": "메시지 수",
  "seed.days": "지금까지 며칠 동안의 것인지",
  "seed.failed": "그 가운데 실패한 비율",
  "seed.from": "번호, 문안, 시각, 코드를 만들어 내는 씨앗 값",
  "seed.url": "에뮬레이터의 주소"
}

export const definition: Definition.AnyLeaf = {
  name: "emulate",
  description: command,
  uses: Globals.always,
  handler: () => Promise.resolve({}),
  build: ({ flags, language }) =>
    Program.make<string>("emulate", language === "ko" ? korean : undefined).pipe(
      Command.withDescription(command[language]),
      // A line for each request is what one looks at.
      Command.provide(Layer.effect(
        References.MinimumLogLevel,
        Effect.map(
          Effect.serviceOption(GlobalFlag.LogLevel),
          (said) => Option.getOrElse(Option.flatten(said), (): LogLevel.LogLevel => "Info")
        )
      )),
      Command.withGlobalFlags(Globals.always.map((name) => flags[name]))
    )
}
