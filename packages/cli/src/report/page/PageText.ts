/**
 * What the page of a report says.
 *
 * @since 0.1.0
 */

export const texts = {
  title: { en: "Delivery report", ko: "발송 보고서" },
  contents: { en: "Contents", ko: "차례" },
  span: {
    en: (days: number, hours: number) =>
      days >= 1 ? `${days} ${days === 1 ? "day" : "days"}` : `${hours} ${hours === 1 ? "hour" : "hours"}`,
    ko: (days: number, hours: number) => days >= 1 ? `${days}일` : `${hours}시간`
  },
  byRequest: { en: "by request time", ko: "접수 시각 기준" },
  filters: { en: "Filters", ko: "조건" },
  all: { en: "Messages", ko: "전체" },
  delivered: { en: "Delivered", ko: "전달" },
  failed: { en: "Failed", ko: "실패" },
  pending: { en: "Waiting", ko: "대기" },
  rate: { en: "Rate", ko: "실패율" },
  failureRate: { en: "Failure rate", ko: "실패율" },
  median: { en: "Time to delivery (median)", ko: "걸린 시간(중앙값)" },
  messages: { en: (n: string) => n, ko: (n: string) => `${n}건` },
  failedAndWaiting: {
    en: (failed: string, pending: string) => `${failed}, waiting ${pending}`,
    ko: (failed: string, pending: string) => `${failed}건, 대기 ${pending}건`
  },
  todo: { en: "What to do", ko: "할 일" },
  todoSays: {
    en: (n: string) => n === "1" ? "What to do about the one failure." : `The ${n} failures, by advice.`,
    ko: (n: string) => `실패 ${n}건을 조언별로 나눈 것입니다.`
  },
  noFailure: { en: "Nothing failed.", ko: "실패한 메시지가 없습니다." },
  noMessage: { en: "There are no messages in this range.", ko: "이 기간에는 메시지가 없습니다." },
  waiting: {
    en: (n: string) =>
      `${n} still ${
        n === "1" ? "waits" : "wait"
      } for a result: neither delivered nor failed. Make the report again later.`,
    ko: (n: string) => `${n}건은 아직 결과가 없어 전달에도 실패에도 넣지 않았습니다. 나중에 보고서를 다시 만드십시오.`
  },
  more: { en: (n: number) => `and ${n} more`, ko: (n: number) => `외 ${n}개` },
  hours: { en: "By hour of the day", ko: "시간대" },
  kst: { en: "Korean time (KST).", ko: "KST." },
  worst: {
    en: (hour: string, rate: string) => `The worst hour is ${hour}, with ${rate} failed.`,
    ko: (hour: string, rate: string) => `실패율이 가장 높은 시간은 ${Number(hour)}시(${rate})입니다.`
  },
  hour: { en: "Hour", ko: "시" },
  halves: { en: ["00–11", "12–23"], ko: ["00–11시", "12–23시"] },
  hoursChart: {
    en: "Messages delivered, failed and waiting by hour of the day. The table is below.",
    ko: "시간대별 전달, 실패, 대기 건수. 표가 아래에 있습니다."
  },
  rateChart: {
    en: "Failure rate by hour of the day. The table is below.",
    ko: "시간대별 실패율. 표가 아래에 있습니다."
  },
  days: { en: "By day", ko: "날짜" },
  day: { en: "Day", ko: "날짜" },
  daysChart: {
    en: "Messages delivered, failed and waiting by day. The table is below.",
    ko: "날짜별 전달, 실패, 대기 건수. 표가 아래에 있습니다."
  },
  partial: {
    en: (from: string, until: string) => `The first and the last day are not whole (from ${from}, until ${until}).`,
    ko: (from: string, until: string) => `첫날과 끝날은 하루가 아닙니다(${from}에 시작하고 ${until}에 끝남).`
  },
  partialFirst: {
    en: (from: string) => `The first day is not whole (from ${from}).`,
    ko: (from: string) => `첫날은 하루가 아닙니다(${from}에 시작).`
  },
  partialLast: {
    en: (until: string) => `The last day is not whole (until ${until}).`,
    ko: (until: string) => `끝날은 하루가 아닙니다(${until}에 끝남).`
  },
  partialOnly: {
    en: (from: string, until: string) => `Not a whole day: from ${from} until ${until}.`,
    ko: (from: string, until: string) => `하루가 아닙니다(${from}부터 ${until}까지).`
  },
  timeless: {
    en: (n: string) => `${n} without a time of request ${n === "1" ? "is" : "are"} missing here.`,
    ko: (n: string) => `접수 시각이 없는 ${n}건은 여기에 없습니다.`
  },
  codes: { en: "Result codes", ko: "결과 코드" },
  codesSays: { en: "Failed messages only; the bars are counts.", ko: "실패한 메시지만. 막대의 길이는 건수입니다." },
  codesMore: {
    en: (n: number) => `${n} more ${n === 1 ? "code is" : "codes are"} in the table.`,
    ko: (n: number) => `다른 코드 ${n}개는 표에 있습니다.`
  },
  withoutDelivered: { en: "Without what was delivered.", ko: "전달한 것은 뺐습니다." },
  code: { en: "Code", ko: "코드" },
  meaning: { en: "Meaning", ko: "뜻" },
  count: { en: "Count", ko: "건수" },
  share: { en: "Share", ko: "비율" },
  advice: { en: "Advice", ko: "조언" },
  total: { en: "Total", ko: "합계" },
  telcos: { en: "Carriers", ko: "통신사" },
  telco: { en: "Carrier", ko: "통신사" },
  noTelco: { en: "none (abroad, not final, or failed before the carrier)", ko: "없음(국외, 대기, 통신사 전 실패)" },
  noTelcoShort: { en: "none", ko: "없음" },
  inSeconds: { en: "Times in seconds, of what was delivered.", ko: "걸린 시간은 초이고, 전달한 것만입니다." },
  telcosMore: {
    en: (n: number) => `${n} more ${n === 1 ? "carrier is" : "carriers are"} in the table.`,
    ko: (n: number) => `다른 통신사 ${n}곳은 표에 있습니다.`
  },
  times: { en: "Time to delivery", ko: "걸린 시간" },
  timesSays: {
    en: (n: string) =>
      `From request to completion, ${n} delivered ${
        n === "1" ? "message" : "messages"
      }. The intervals differ in width.`,
    ko: (n: string) => `접수부터 완료까지, 전달한 ${n}건. 구간의 너비는 서로 다릅니다.`
  },
  noTimes: { en: "Nothing was delivered whose times are known.", ko: "걸린 시간을 아는 전달 메시지가 없습니다." },
  timesChart: {
    en: (figures: string) => `How long delivery took: ${figures}. The table is below.`,
    ko: (figures: string) => `걸린 시간의 분포. ${figures}. 표가 아래에 있습니다.`
  },
  across: {
    en: "across: end of the interval, in seconds (m: minutes, h: hours, d: days)",
    ko: "가로: 구간의 끝(단위가 없으면 초)"
  },
  percentiles: { en: "Percentiles", ko: "백분위" },
  rank: { en: "Rank", ko: "순위" },
  time: { en: "Time", ko: "시간" },
  longest: { en: "longest", ko: "가장 긴 것" },
  intervals: { en: "Intervals", ko: "구간" },
  upTo: { en: "Up to", ko: "누적" },
  rows: { en: "As asked", ko: "고른 기준" },
  chosen: { en: (heads: string) => `By ${heads}`, ko: (heads: string) => `고른 기준: ${heads}` },
  chosenSays: { en: "What --by asked for.", ko: "--by로 고른 기준입니다." },
  chosenMore: {
    en: (n: string) => `What --by asked for; ${n} more ${n === "1" ? "row is" : "rows are"} in the file of --out.`,
    ko: (n: string) => `--by로 고른 기준입니다. 나머지 ${n}행은 --out 파일에 있습니다.`
  },
  table: { en: "Table", ko: "표" },
  nothingOfPeople: { en: "Holds no phone number and no text.", ko: "전화번호와 본문은 들어 있지 않습니다." },
  noText: { en: "Holds no text.", ko: "본문은 들어 있지 않습니다." },
  unreadable: { en: (n: string) => `Unreadable records: ${n}.`, ko: (n: string) => `읽지 못한 기록 ${n}건.` },
  unreadableSays: {
    en: (n: string) =>
      n === "1"
        ? "One message cannot be read and is not counted."
        : `${n} messages cannot be read and are not counted.`,
    ko: (n: string) => `읽을 수 없는 메시지 ${n}건은 세지 않았습니다.`
  },
  made: { en: (at: string) => `Made ${at},`, ko: (at: string) => `${at}에 만듦,` }
} as const satisfies { readonly [name: string]: unknown }
