// @effect-diagnostics newPromise:off globalDate:off globalFetch:off globalTimers:off
// The reservations: what waits for its time, and cancelling it.
import { minute, reserve } from "./past.ts"
import type { Client } from "./program.ts"
import { equal, type Feature } from "./stage.ts"

const some = async (client: Client): Promise<void> => {
  await reserve(client, { minutes: 60 })
  await reserve(client, { minutes: 900, recipients: 86 })
  const gone = await reserve(client, { minutes: 120, recipients: 12 })
  await client.call("DELETE", `/reservations/${gone.requestId}`)
}

const statuses = async ({ control }: Client): Promise<ReadonlyArray<string>> =>
  (await control<{ readonly items: ReadonlyArray<{ readonly status: string }> }>("GET", "/reservations"))
    .items.map(({ status }) => status)

export const reservations: Readonly<Record<string, Feature>> = {
  "reservations: what waits, for whom, when; cancelling asks with the number": {
    before: some,
    run: async (stage) => {
      const { page, say } = stage
      await page.locator("#t-v .n").filter({ hasText: /^2\b/ }).waitFor()
      const panel = await stage.tab("reservations")
      const items = panel.getByRole("listitem")
      await items.nth(2).waitFor()
      // Those that wait first, the soonest first.
      const { items: [soonest] } = await stage.control<
        { readonly items: ReadonlyArray<{ readonly reserveTime: string }> }
      >(
        "GET",
        "/reservations"
      )
      await items.first().getByText(minute(Date.parse(soonest!.reserveTime)).slice(5, 16)).waitFor()
      await items.first().getByText(say("대기", "Waiting")).waitFor()
      await items.nth(1).getByText(say("외 85명", "and 85 more")).waitFor()
      await items.nth(2).getByText(say("취소됨", "Cancelled")).waitFor()
      const cancel = say("취소…", "Cancel…")
      equal(await items.nth(2).getByRole("button", { name: cancel }).count(), 0, "a button on one that is cancelled")
      const many = items.nth(1)
      await stage.press(many.getByRole("button", { name: cancel }))
      const yes = many.getByRole("button", { name: say("86명 예약 취소", "Cancel 86") })
      equal(await yes.evaluate((button) => button === document.activeElement), true, "focus on the second button")
      // Nothing yet; a change of mind is one key.
      equal(await statuses(stage), ["READY", "READY", "CANCELED"], "before it is confirmed")
      await stage.press(many.getByRole("button", { name: say("그만두기", "Keep it") }))
      equal(
        await many.getByRole("button", { name: cancel }).evaluate((button) => button === document.activeElement),
        true,
        "focus after a change of mind"
      )
      equal(await statuses(stage), ["READY", "READY", "CANCELED"], "after a change of mind")
      await stage.key("Enter", "Enter")
      await page.locator("#say").getByText(say("예약을 취소했습니다.", "Reservation cancelled.")).waitFor({
        state: "attached"
      })
      await page.locator("#t-v .n").filter({ hasText: /^1\b/ }).waitFor()
      equal(await statuses(stage), ["READY", "CANCELED", "CANCELED"], "after it was confirmed")
      if (!await page.evaluate(() => document.activeElement?.closest("#p-v") !== null)) {
        throw new Error("the focus is lost")
      }
    }
  },

  "reservations: one that is made, and one whose time comes": {
    before: (client) => reserve(client, { minutes: 60 }),
    run: async (stage) => {
      const { control, page, say } = stage
      const panel = await stage.tab("reservations")
      const items = panel.getByRole("listitem")
      await items.first().waitFor()
      await reserve(stage, { minutes: 90, recipients: 3 })
      await items.nth(1).getByText(say("외 2명", "and 2 more")).waitFor()
      await page.locator("#t-v .n").filter({ hasText: /^2\b/ }).waitFor()
      // Too late to cancel: it says so, and what the page still shows is refused with a reason.
      await control("PUT", "/clock", { offsetMillis: 55 * 60_000 })
      await items.first().getByText(say("취소 마감", "Too late to cancel")).waitFor()
      equal(await items.first().getByRole("button", { name: say("취소…", "Cancel…") }).count(), 0, "a button too late")
      await control("PUT", "/clock", { offsetMillis: 65 * 60_000 })
      await panel.getByText(say("보냄", "Sent")).waitFor()
      await page.locator("#t-v .n").filter({ hasText: /^1\b/ }).waitFor()
      await stage.shot("reservation-sent")
    }
  },

  "reservations: none": {
    run: async (stage) => {
      const panel = await stage.tab("reservations")
      await panel.getByText(stage.say("예약이 없습니다.", "No reservations.")).waitFor()
    }
  }
}
