/**
 * The inbox: a page, its style and its script, as they go to the browser. They are texts here so that every runtime can serve
 * them, with no build and no file. Whatever a message holds gets into the page as text alone.
 */

export const html = String.raw`<!DOCTYPE html>
<html lang="ko">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>SENS</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/__emulator/inbox.css">
<script src="/__emulator/inbox.js" defer></script>
</head>
<body>
<a class="skip" href="#messages" data-text="skip"></a>
<header>
  <h1 data-text="title"></h1>
  <label class="search"><span class="visually-hidden" data-text="search"></span>
    <input id="search" type="search" autocomplete="off" spellcheck="false" data-placeholder="search" aria-keyshortcuts="/"></label>
  <p id="connection" role="status"></p>
  <a href="/docs" data-text="docs"></a>
  <button id="language" type="button"></button>
</header>
<div class="columns">
  <main>
    <p id="count"></p>
    <p id="news" class="visually-hidden" role="status" aria-live="polite"></p>
    <ol id="messages" tabindex="-1" data-label="messages"></ol>
    <p id="nothing" data-text="nothing"></p>
  </main>
  <aside data-label="controls">
    <section aria-labelledby="outcome-title">
      <h2 id="outcome-title" data-text="outcome"></h2>
      <form id="outcome">
        <label><span data-text="number"></span>
          <input name="recipient" inputmode="numeric" pattern="[0-9\-]{1,30}" required autocomplete="off"></label>
        <div><label for="code"><span data-text="code"></span></label>
          <select id="code" name="code" required></select></div>
        <button type="submit" data-text="setOutcome"></button>
      </form>
    </section>
    <section aria-labelledby="fault-title">
      <h2 id="fault-title" data-text="faults"></h2>
      <form id="scope">
        <label><span data-text="operation"></span>
          <select id="operation">
            <option value="send">send</option><option value="search">search</option><option value="result">result</option>
            <option value="upload">upload</option><option value="reservationStatus">reservationStatus</option>
            <option value="reservationCancel">reservationCancel</option>
            <option value="unsubscribesSearch">unsubscribesSearch</option>
            <option value="unsubscribesRegister">unsubscribesRegister</option>
            <option value="unsubscribesRemove">unsubscribesRemove</option><option value="any" data-text="any"></option>
          </select></label>
        <label><span data-text="times"></span>
          <input id="times" type="number" min="1" max="1000" value="1" required></label>
      </form>
      <div id="faults" role="group" aria-labelledby="fault-title"></div>
      <ul id="pending" data-label="pending"></ul>
      <button id="clear" type="button" data-text="clear"></button>
    </section>
    <section>
      <button id="reset" type="button" class="danger" data-text="reset"></button>
    </section>
    <p id="done" role="status"></p>
  </aside>
</div>
</body>
</html>
`

export const css = String.raw`:root {
  color-scheme: light dark;
  --ground: #f2f3f5; --card: #ffffff; --line: #d5d8de; --text: #16181d; --dim: #586070;
  --bubble: #e3e9f2; --accent: #0b57d0; --accent-text: #ffffff; --good: #11692f; --bad: #a8201a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14161a; --card: #1e2127; --line: #3a3f49; --text: #eceef2; --dim: #a4abb8;
    --bubble: #2a3240; --accent: #a8c7fa; --accent-text: #0b2a5b; --good: #7fd69b; --bad: #ffb3ac;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--text);
  font: 16px/1.5 system-ui, "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR", "Noto Sans CJK KR", sans-serif;
}
header {
  position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center;
  padding: .5rem 1rem; background: var(--card); border-bottom: 1px solid var(--line);
}
h1 { font-size: 1.1rem; margin: 0; }
h2 { font-size: 1rem; margin: 0 0 .5rem; }
.search { flex: 1 1 14rem; }
.search input { width: 100%; }
#connection { margin: 0; color: var(--dim); font-size: .875rem; }
#connection.lost { color: var(--bad); font-weight: 600; }
.columns {
  display: grid; grid-template-columns: minmax(0, 40rem) minmax(15rem, 20rem); gap: 1.5rem;
  justify-content: center; padding: 1rem;
}
@media (max-width: 50rem) { .columns { grid-template-columns: minmax(0, 1fr); } }
#count, #nothing { margin: 0 0 .5rem; color: var(--dim); font-size: .875rem; }
ol, ul { list-style: none; margin: 0; padding: 0; }
#messages { display: grid; gap: .75rem; }
.message { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: .75rem; }
.message.new { animation: arrive .4s ease-out; }
@keyframes arrive { from { transform: translateY(-.5rem); opacity: 0; } }
@media (prefers-reduced-motion: reduce) { .message.new { animation: none; } }
.top { display: flex; flex-wrap: wrap; gap: .25rem .5rem; align-items: baseline; }
.number { font-weight: 600; }
.top time { margin-left: auto; color: var(--dim); font-size: .875rem; }
.badge { border: 1px solid currentColor; border-radius: .375rem; padding: 0 .375rem; font-size: .75rem; font-weight: 600; }
.bubble {
  width: fit-content; max-width: 100%; margin: .5rem 0; padding: .5rem .75rem; background: var(--bubble);
  border-radius: .25rem 1rem 1rem 1rem; white-space: pre-wrap; overflow-wrap: anywhere;
}
.subject { font-weight: 600; }
.bubble img { display: block; max-width: 100%; max-height: 18rem; margin-top: .5rem; border-radius: .5rem; }
.bottom { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: center; color: var(--dim); font-size: .875rem; }
.good { color: var(--good); }
.bad { color: var(--bad); }
meter { width: 6rem; }
aside { display: grid; gap: 1rem; align-content: start; }
aside section { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: .75rem; }
form { display: grid; gap: .5rem; margin: 0 0 .5rem; }
label > span { display: block; font-size: .875rem; color: var(--dim); }
.visually-hidden { position: absolute !important; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
input, select, button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--dim); border-radius: .5rem; padding: .375rem .625rem; min-height: 2.25rem; }
form input, form select { width: 100%; }
button { cursor: pointer; }
button[type=submit] { background: var(--accent); color: var(--accent-text); border-color: transparent; }
#faults { display: grid; grid-template-columns: 1fr 1fr; gap: .375rem; margin-bottom: .5rem; }
#faults button { font-size: .875rem; text-align: left; }
#pending { color: var(--bad); font-size: .875rem; margin-bottom: .5rem; }
.danger { color: var(--bad); border-color: currentColor; width: 100%; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
a { color: var(--accent); }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: .5rem; z-index: 2; background: var(--card); padding: .5rem; }
#done { min-height: 1.5rem; margin: 0; color: var(--dim); }
`

export const script = String.raw`"use strict";
const texts = {
  ko: {
    title: "SENS 받은 메시지", search: "번호, 내용, ID 검색", docs: "API 문서", other: "English", skip: "메시지로 건너뛰기",
    messages: "메시지", nothing: "아직 메시지가 없습니다.", controls: "조작", outcome: "번호별 결과", number: "수신 번호",
    code: "결과 코드", setOutcome: "결과 정하기", faults: "장애", operation: "작업", any: "모든 작업", times: "횟수",
    pending: "기다리는 장애", clear: "장애 모두 지우기", reset: "모두 초기화", live: "실시간", lost: "연결 끊김",
    from: "발신", bytes: "바이트", cut: "잘려서 전송됨", image: "첨부 이미지", done: "적용했습니다.", failed: "적용하지 못했습니다.",
    sure: "모든 메시지와 설정을 지웁니다. 계속할까요?", always: "계속",
    count: (shown, total, reservations) => "전체 " + total + "건 중 " + shown + "건" + (reservations ? ", 예약 " + reservations + "건" : ""),
    news: (count) => "새 메시지 " + count + "건",
    READY: "대기", PROCESSING: "처리 중", COMPLETED: "완료"
  },
  en: {
    title: "SENS inbox", search: "Search numbers, text, ids", docs: "API docs", other: "한국어", skip: "Skip to the messages",
    messages: "Messages", nothing: "No messages yet.", controls: "Controls", outcome: "Outcome of a number", number: "Recipient",
    code: "Result code", setOutcome: "Set the outcome", faults: "Faults", operation: "Operation", any: "any", times: "Times",
    pending: "Faults that wait", clear: "Clear all faults", reset: "Reset everything", live: "Live", lost: "Connection lost",
    from: "From", bytes: "bytes", cut: "was cut", image: "Attached image", done: "Done.", failed: "That did not work.",
    sure: "This deletes all messages and settings. Go on?", always: "always",
    count: (shown, total, reservations) => shown + " of " + total + (reservations ? ", " + reservations + " reserved" : ""),
    news: (count) => count + (count === 1 ? " new message" : " new messages"),
    READY: "Ready", PROCESSING: "Processing", COMPLETED: "Completed"
  }
};
const faults = [
  ["429 (400)", "429 (400)", { _tag: "TooManyRequests", code: "400" }],
  ["429 (410), 2초", "429 (410), 2 s", { _tag: "TooManyRequests", code: "410", retryAfter: "2" }],
  ["접수 전 500", "500 before", { _tag: "ServerError", status: 500, accepted: false }],
  ["접수 후 500", "500 after", { _tag: "ServerError", status: 500, accepted: true }],
  ["503", "503", { _tag: "ServerError", status: 503, accepted: false }],
  ["접수 전 끊김", "reset before", { _tag: "Reset", accepted: false, code: "ECONNRESET" }],
  ["접수 후 끊김", "reset after", { _tag: "Reset", accepted: true, code: "ECONNRESET" }],
  ["끊김, 30초 뒤 접수", "reset, +30 s", { _tag: "AcceptedLater", afterMillis: 30000, first: "Reset" }],
  ["응답 유실", "answer lost", { _tag: "Silence", accepted: true }],
  ["5초 지연", "slow 5 s", { _tag: "Slow", beforeMillis: 0, afterMillis: 5000 }],
  ["깨진 JSON", "broken JSON", { _tag: "Unreadable", body: "brokenJson", accepted: true }],
  ["실패라는 202", "says failed", { _tag: "SaysFailed", statusCode: "500", accepted: false }],
  ["시계 차이 401", "401 clock", { _tag: "ClockSkew", offsetMillis: 600000 }],
  ["Date 없음", "no Date", { _tag: "NoDate" }]
];

const byId = (id) => document.getElementById(id);
const list = byId("messages");
const search = byId("search");
const codes = document.querySelector("select[name=code]");
// The service's own time: Korean Standard Time, nine hours ahead all year.
const stamp = (iso) => new Date(Date.parse(iso) + 9 * 3600000).toISOString().slice(5, 19).replace("T", " ");
let language = (navigator.language || "").startsWith("ko") ? "ko" : "en";
const shown = new Map();
let last = "";
let latest;
let first = true;

const text = (key) => texts[language][key];

const element = (name, className, content) => {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (content !== undefined) made.textContent = content;
  return made;
};

const translate = () => {
  document.documentElement.lang = language;
  document.title = text("title");
  for (const each of document.querySelectorAll("[data-text]")) each.textContent = text(each.dataset.text);
  for (const each of document.querySelectorAll("[data-placeholder]")) each.placeholder = text(each.dataset.placeholder);
  for (const each of document.querySelectorAll("[data-label]")) each.setAttribute("aria-label", text(each.dataset.label));
  for (const each of byId("faults").children) each.textContent = each.dataset[language];
  for (const each of codes.options) each.textContent = each.value + " " + each.dataset[language];
  byId("language").textContent = text("other");
  byId("language").lang = language === "ko" ? "en" : "ko";
  connected(true);
};

const connected = (yes) => {
  const place = byId("connection");
  const said = text(yes ? "live" : "lost");
  if (place.textContent !== said) place.textContent = said;
  place.classList.toggle("lost", !yes);
};

const make = ({ message, limit }) => {
  const item = element("li", "message");
  item.dataset.id = message.messageId;
  const top = element("div", "top");
  const at = element("time", "", stamp(message.requestTime));
  at.dateTime = message.requestTime;
  const country = message.countryCode === "82" ? "" : "+" + message.countryCode + " ";
  top.append(
    element("span", "badge", message.type),
    element("span", "number", country + message.to),
    element("span", "from", text("from") + " " + message.from),
    at
  );
  if (message.contentType === "AD") top.insertBefore(element("span", "badge", "AD"), at);
  const bubble = element("div", "bubble");
  if (message.delivered.subject) bubble.append(element("div", "subject", message.delivered.subject));
  bubble.append(element("div", "content", message.delivered.content));
  for (const id of message.fileIds) {
    const image = element("img");
    image.src = "/__emulator/files/" + encodeURIComponent(id);
    image.alt = text("image");
    bubble.append(image);
  }
  const bottom = element("div", "bottom");
  const meter = element("meter");
  meter.min = 0;
  meter.max = limit;
  meter.value = Math.min(message.bytes, limit);
  meter.setAttribute("aria-label", text("bytes"));
  const over = message.bytes > limit;
  bottom.append(
    meter,
    element("span", over ? "bad" : "", message.bytes + " / " + limit + " " + text("bytes") + (over ? ", " + text("cut") : "")),
    element("span", "state")
  );
  item.append(top, bubble, bottom);
  return item;
};

const update = (item, { message, meaning, meaningKo, success }) => {
  const state = item.querySelector(".state");
  const done = message.status === "COMPLETED";
  const said = text(message.status) + (done ? ": " + message.code + " " + (language === "ko" ? meaningKo : meaning) : "");
  if (state.textContent !== said) state.textContent = said;
  state.className = "state " + (done ? (success ? "good" : "bad") : "");
};

const render = (inbox) => {
  latest = inbox;
  const present = new Set();
  let news = 0;
  let place = list.firstElementChild;
  for (const entry of inbox.items) {
    const id = entry.message.messageId;
    present.add(id);
    let item = shown.get(id);
    if (item === undefined) {
      item = make(entry);
      shown.set(id, item);
      if (!first) {
        item.classList.add("new");
        news++;
      }
    }
    update(item, entry);
    if (item === place) place = place.nextElementSibling;
    else list.insertBefore(item, place);
  }
  for (const [id, item] of shown) {
    if (present.has(id)) continue;
    item.remove();
    shown.delete(id);
  }
  first = false;
  byId("nothing").hidden = inbox.items.length > 0;
  byId("count").textContent = text("count")(inbox.items.length, inbox.total, inbox.reservations);
  if (news > 0 && search.value === "") byId("news").textContent = text("news")(news);
  byId("pending").replaceChildren(...inbox.pending.map(({ count, fault, operation }) =>
    element("li", "", operation + " × " + (count === null ? text("always") : count) + ": " + fault._tag)
  ));
};

const again = () => {
  list.replaceChildren();
  shown.clear();
  first = true;
  if (latest !== undefined) render(latest);
};

let asked = 0;
const look = async () => {
  const turn = ++asked;
  try {
    const response = await fetch("/__emulator/inbox?limit=100&search=" + encodeURIComponent(search.value));
    const body = await response.text();
    if (turn !== asked) return;
    if (!response.ok) throw new Error(String(response.status));
    connected(true);
    if (body !== last) {
      last = body;
      render(JSON.parse(body));
    }
  } catch {
    if (turn === asked) connected(false);
  }
};

const change = async (method, path, body) => {
  let good = false;
  try {
    const response = await fetch("/__emulator" + path, {
      method,
      ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) })
    });
    good = response.ok;
  } catch {}
  byId("done").textContent = text(good ? "done" : "failed");
  await look();
};

for (const [ko, en, fault] of faults) {
  const button = element("button", "", en);
  button.dataset.ko = ko;
  button.dataset.en = en;
  button.type = "button";
  button.addEventListener("click", () => {
    if (!byId("scope").reportValidity()) return;
    change("POST", "/faults", { operation: byId("operation").value, count: Number(byId("times").value), fault });
  });
  byId("faults").append(button);
}
byId("scope").addEventListener("submit", (event) => event.preventDefault());
byId("outcome").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  change("PUT", "/outcomes/" + String(form.get("recipient")).replace(/-/g, ""), { code: form.get("code") });
});
byId("clear").addEventListener("click", () => change("DELETE", "/faults"));
byId("reset").addEventListener("click", () => {
  if (confirm(text("sure"))) change("POST", "/reset");
});
byId("language").addEventListener("click", () => {
  language = language === "ko" ? "en" : "ko";
  translate();
  again();
});
search.addEventListener("input", look);
document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
  if (event.key === "/" && !typing) {
    event.preventDefault();
    search.focus();
  }
  if (event.key === "Escape" && event.target === search) {
    search.value = "";
    look();
  }
});

fetch("/__emulator/codes").then((response) => response.json()).then((all) => {
  for (const { code, meaning, meaningKo } of all) {
    const option = element("option");
    option.value = code;
    option.dataset.ko = meaningKo;
    option.dataset.en = meaning;
    codes.append(option);
  }
  translate();
});
translate();
const poll = async () => {
  await look();
  setTimeout(poll, 500);
};
poll();
`
