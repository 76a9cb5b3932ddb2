// The connection to the emulator: a poll that it answers when something happens.
import { get, type News } from "./control.ts"

export type State =
  | { readonly _tag: "Connecting" }
  | { readonly _tag: "Live" }
  | { readonly _tag: "Lost"; readonly seconds: number }

let now: State = { _tag: "Connecting" }

export const state = (): State => now

const pause = (millis: number): Promise<void> => new Promise((done) => setTimeout(done, millis))

/** Asks again and again. What happened while there was no connection is told when it is back. */
export const run = (
  listener: { readonly told: (news: News) => void; readonly state: (state: State) => void }
): void => {
  let cursor: string | undefined
  let asking = new AbortController()
  const enter = (next: State): void => {
    now = next
    listener.state(next)
  }
  // Whoever goes offline is told at once; a poll would notice after its time.
  addEventListener("offline", () => asking.abort())
  const poll = async (): Promise<void> => {
    for (;;) {
      asking = new AbortController()
      try {
        const news = await get<News>(
          "/news",
          { cursor, timeoutMillis: now._tag === "Live" ? 25_000 : 0 },
          asking.signal
        )
        if (now._tag !== "Live") enter({ _tag: "Live" })
        const isFirst = cursor === undefined
        cursor = news.cursor
        if (isFirst || news.restarted || news.changed.length > 0) listener.told(news)
        await pause(200)
      } catch {
        for (let seconds = 3; seconds > 0; seconds--) {
          enter({ _tag: "Lost", seconds })
          await pause(1000)
        }
      }
    }
  }
  void poll()
}
