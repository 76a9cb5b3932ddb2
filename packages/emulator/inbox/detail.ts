// The details of a message, or of a request to several: what became of it and what to do, as the handset shows it, ids, JSON, curl.
import type * as Control from "./control.ts"
import { bar, type Content, h, icon } from "./dom.ts"
import { count, full, phone, time } from "./format.ts"
import { current, say } from "./language.ts"
import { code as lines, copyButton } from "./notice.ts"

export interface Actions {
  readonly close: () => void
  /** Shows the messages with a result code alone. */
  readonly only: (code: string) => void
  readonly unfold: () => void
  readonly meaning: (code: string) => string
}

const point = (codePoint: number): string => `U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}`

/** A text with what cannot be sent marked, and what is cut struck out. `from` is where in the whole text it begins. */
const shown = (
  text: string,
  undeliverable: ReadonlyArray<Control.Undeliverable>,
  cutAt: number | undefined
): Content => {
  const marked = (from: number, to: number): Content => {
    const parts: Array<Content> = []
    let at = from
    for (const { codePoints, index, length } of undeliverable) {
      if (index < at || index >= to) continue
      parts.push(
        text.slice(at, index),
        h("span", {
          class: "nope",
          title: `${say("보낼 수 없는 글자", "cannot be sent")} ${codePoints.map(point).join(" ")}`
        }, text.slice(index, index + length))
      )
      at = index + length
    }
    return [...parts, text.slice(at, to)]
  }
  return cutAt === undefined ? marked(0, text.length) : [
    marked(0, cutAt),
    h("span", { class: "cut-here" }, say("여기서 잘림", "cut here")),
    h("span", { class: "cut" }, marked(cutAt, text.length))
  ]
}

const meter = ({ bytes, cutAt, limit }: Control.MessageDetails["content"]): HTMLElement => {
  const most = Math.max(bytes, limit)
  const isOver = cutAt !== undefined || bytes > limit
  return h(
    "p",
    { class: "meter" },
    bar(
      isOver
        ? [
          { kind: "bad", share: Math.max(0, limit / most - 0.005) },
          { kind: "mark", share: 0.01 },
          { kind: "bad", share: Math.max(0, 1 - limit / most - 0.005) }
        ]
        : [{ kind: "good", share: bytes / most }]
    ),
    h(
      "span",
      { class: isOver ? "bad" : "dim" },
      isOver
        ? say(
          `${count(bytes)} / ${count(limit)}바이트, ${count(bytes - limit)}바이트 잘림`,
          `${count(bytes)} / ${count(limit)} bytes, ${count(bytes - limit)} cut off`
        )
        : say(`${count(bytes)} / ${count(limit)}바이트`, `${count(bytes)} / ${count(limit)} bytes`)
    )
  )
}

type Fact = readonly [name: string, value: string, isCode?: boolean]

const facts = (list: ReadonlyArray<Fact | undefined>): HTMLElement =>
  h(
    "dl",
    { class: "facts" },
    list.flatMap((fact) => {
      if (fact === undefined) return []
      const [name, value, isCode = false] = fact
      return [
        h(
          "div",
          {},
          h("dt", {}, name),
          h("dd", {}, h("span", { class: isCode ? "mono" : "" }, value), isCode && copyButton(name, value))
        )
      ]
    })
  )

const head = (title: Content, type: string, contentType: string, { close }: Actions): HTMLElement =>
  h(
    "div",
    { class: "detail-head" },
    h("button", {
      type: "button",
      class: "quiet back",
      "aria-label": say("목록으로", "Back to the list"),
      onclick: close
    }, icon("back")),
    h("h2", { id: "detail-title", tabindex: -1 }, title),
    h("span", { class: "grow" }),
    h("span", { class: "type" }, type),
    contentType === "AD" && h("span", { class: "type ad" }, say("광고", "AD")),
    h("button", { type: "button", class: "quiet shut", "aria-label": say("닫기", "Close"), onclick: close }, icon("no"))
  )

const fold = (name: string, text: string): HTMLElement =>
  h("details", { "data-name": name }, h("summary", {}, name), lines(name, text))

const picture = (url: string | undefined, name: string): HTMLElement =>
  url === undefined
    ? h("p", { class: "missing" }, say(`그림 없음: ${name}`, `The picture is gone: ${name}`))
    : h("img", { src: url, alt: say(`첨부 이미지 ${name}`, `Attached picture ${name}`), loading: "lazy" })

/** What became of a message, and what to do about it. */
const outcome = ({ message, result, state }: Control.MessageDetails, { only }: Actions): HTMLElement => {
  if (state === "waiting" || result === undefined) {
    return h("p", { class: "note waiting strong" }, icon("wait"), say("아직 결과가 없습니다", "No result yet"))
  }
  if (state === "delivered") {
    const took = new Date(message.completeTime ?? message.requestTime).getTime() -
      new Date(message.requestTime).getTime()
    const seconds = (Math.max(0, took) / 1000).toFixed(1)
    return h(
      "p",
      { class: "note good strong" },
      icon("ok"),
      say(`도착, 접수하고 ${seconds}초 뒤`, `Delivered, ${seconds} s after acceptance`)
    )
  }
  const isKorean = current() === "ko"
  return h(
    "div",
    { class: "note bad" },
    h(
      "p",
      { class: "strong" },
      icon("no"),
      h("span", { class: "mono" }, result.code),
      h("span", {}, isKorean ? result.meaningKo : result.meaning)
    ),
    h("p", { class: "plain" }, isKorean ? result.adviceKo : result.adviceEn),
    h(
      "p",
      {},
      h(
        "button",
        { type: "button", onclick: () => only(result.code) },
        say(`${result.code} 메시지만 보기`, `Only messages with ${result.code}`)
      )
    )
  )
}

const suggested = (character: Control.Undeliverable): string =>
  character.suggestion === undefined
    ? ""
    : ` → ${character.suggestion === "" ? say("뺌", "leave it out") : character.suggestion}`

const characters = (undeliverable: ReadonlyArray<Control.Undeliverable>): Content => {
  const different = Array.from(new Map(undeliverable.map((each) => [each.text, each])).values())
  return different.length > 0 && h(
    "div",
    { class: "note bad" },
    h(
      "p",
      { class: "strong" },
      say(
        `보낼 수 없는 글자 ${different.length}개`,
        different.length === 1 ? "1 character cannot be sent" : `${different.length} characters cannot be sent`
      )
    ),
    h(
      "p",
      { class: "plain" },
      different.slice(0, 50).map((each) =>
        h(
          "span",
          { class: "character" },
          h("span", { class: "nope" }, each.text),
          ` ${each.codePoints.map(point).join(" ")}${suggested(each)}`
        )
      )
    )
  )
}

const password = (otp: string | undefined): Content =>
  otp !== undefined && h(
    "div",
    { class: "password" },
    h("span", { class: "dim small" }, say("인증번호", "One-time password")),
    h("b", {}, otp),
    h("span", { class: "grow" }),
    copyButton(say("인증번호", "the one-time password"), otp, say("복사", "Copy"))
  )

/** A message as the handset shows it, how many bytes it has, and what of it cannot be sent. */
const handset = ({ content, message, pictures, undeliverable }: Control.MessageDetails): ReadonlyArray<Content> => {
  const of = (part: Control.Undeliverable["part"]) => undeliverable.filter((each) => each.part === part)
  return [
    h(
      "div",
      {},
      h(
        "div",
        { class: "phone" },
        h("p", { class: "who" }, `${phone(message.from)} · ${time(message.requestTime).slice(0, 5)}`),
        h(
          "div",
          { class: "bubble" },
          pictures.map(({ name, url }) => picture(url, name)),
          message.subject !== undefined && h("strong", {}, shown(message.subject, of("subject"), undefined)),
          h("span", {}, shown(message.content, of("content"), content.cutAt))
        )
      ),
      meter(content)
    ),
    characters(undeliverable)
  ]
}

/** The details of one message. */
export const message = (details: Control.MessageDetails, actions: Actions): ReadonlyArray<HTMLElement> => {
  const { message, state } = details
  const to = phone(message.to, message.countryCode)
  return [
    head(to, message.type, message.contentType, actions),
    h(
      "div",
      { class: "detail-body" },
      outcome(details, actions),
      password(details.otp),
      handset(details),
      facts([
        [say("받는 번호", "To"), to, true],
        [say("보낸 번호", "From"), phone(message.from), true],
        [
          say("통신사", "Carrier"),
          details.carrier ??
            (state === "waiting" ? say("아직 모름", "not known yet") : say("없음(국외)", "none (abroad)"))
        ],
        [say("접수", "Accepted"), full(message.requestTime)],
        message.completeTime === undefined ? undefined : [say("완료", "Completed"), full(message.completeTime)],
        [say("요청 ID", "Request id"), message.requestId, true],
        [say("메시지 ID", "Message id"), message.messageId, true]
      ]),
      fold("JSON", JSON.stringify(details.json?.result ?? details.sent, undefined, 2)),
      fold("curl", details.json === undefined ? details.curl.send : details.curl.result)
    )
  ]
}

const tally = (codes: ReadonlyArray<Control.Code>, waiting: number, actions: Actions): HTMLElement =>
  h(
    "ul",
    { class: "note tally" },
    waiting > 0 &&
      h(
        "li",
        {},
        h("span", { class: "waiting strong" }, icon("wait"), say("대기", "Waiting")),
        h("span", { class: "n" }, count(waiting))
      ),
    codes.map(({ code, count: n }) =>
      h(
        "li",
        {},
        code === "0"
          ? h("span", { class: "good strong" }, icon("ok"), say("도착", "Delivered"))
          : h(
            "button",
            { type: "button", class: "bad", onclick: () => actions.only(code) },
            icon("no"),
            h("span", { class: "mono" }, code),
            h("span", {}, actions.meaning(code))
          ),
        h("span", { class: "n" }, count(n))
      )
    )
  )

/** The details of a request to several, with the text of the first of them. */
export const request = (
  details: Control.RequestDetails,
  first: Control.MessageDetails,
  actions: Actions
): ReadonlyArray<HTMLElement> => {
  const { request: row } = details
  const others = row.recipients - 1
  const to = phone(first.message.to, row.countryCode)
  const all = details.codes.reduce((sum, { count }) => sum + count, 0)
  return [
    head([to, say(` 외 ${others}명`, ` and ${others} more`)], row.type, row.contentType, actions),
    h(
      "div",
      { class: "detail-body" },
      tally(details.codes, row.recipients - all, actions),
      handset(first),
      facts([
        [say("받는 번호", "To"), `${to}${say(` 외 ${others}명`, ` and ${others} more`)}`],
        [say("보낸 번호", "From"), phone(row.from), true],
        [say("접수", "Accepted"), full(row.requestTime)],
        row.completeTime === undefined ? undefined : [say("완료", "Completed"), full(row.completeTime)],
        [say("요청 ID", "Request id"), row.requestId, true]
      ]),
      row.matching > 1 &&
        h(
          "p",
          {},
          h(
            "button",
            { type: "button", onclick: actions.unfold },
            say(`수신자 ${row.recipients}명 펼치기`, `Unfold the ${row.recipients} recipients`)
          )
        ),
      fold("JSON", JSON.stringify(details.list ?? details.sent, undefined, 2)),
      fold("curl", details.list === undefined ? details.curl.send : details.curl.list)
    )
  ]
}
