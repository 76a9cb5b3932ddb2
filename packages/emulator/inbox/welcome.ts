// What an inbox shows that has nothing in it: how a program gets here, and that some requests were refused.
import type * as Control from "./control.ts"
import { h, icon } from "./dom.ts"
import { count } from "./format.ts"
import { say } from "./language.ts"
import { code } from "./notice.ts"

export const welcome = (
  { curl, exports }: Control.Start,
  refused: number,
  why: () => void
): HTMLElement =>
  h(
    "div",
    { class: "start" },
    h("h2", {}, say("아직 메시지가 없습니다", "No messages yet")),
    h(
      "p",
      { class: "dim" },
      say(
        "네 변수를 프로그램에 주고 보내면 여기에 바로 나타납니다. 실제로 나가는 문자는 없고, 요금도 없습니다.",
        "Give these four variables to your program; what it sends shows up here at once. No text message leaves this machine, and nothing is charged."
      )
    ),
    code("export", exports),
    h("h3", {}, say("또는 셸에서 한 통 보내기", "Or send one from a shell")),
    code("curl", curl),
    refused > 0 && h(
      "div",
      { class: "note bad" },
      h(
        "p",
        { class: "strong" },
        icon("no"),
        say(
          `거절된 요청이 ${count(refused)}건 있습니다`,
          refused === 1 ? "1 request was refused" : `${count(refused)} requests were refused`
        )
      ),
      h("p", {}, h("button", { type: "button", onclick: why }, say("왜 거절되었는지 보기", "See why")))
    )
  )
