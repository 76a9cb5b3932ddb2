/**
 * All checks, in the order in which they are made.
 *
 * @since 0.1.0
 */
import type * as Check from "./Check.ts"
import * as Clock from "./checks/Clock.ts"
import * as Delivery from "./checks/Delivery.ts"
import * as Errors from "./checks/Errors.ts"
import * as Fence from "./checks/Fence.ts"
import * as Files from "./checks/Files.ts"
import * as Filters from "./checks/Filters.ts"
import * as Keys from "./checks/Keys.ts"
import * as Node from "./checks/Node.ts"
import * as Order from "./checks/Order.ts"
import * as Paging from "./checks/Paging.ts"
import * as Reservation from "./checks/Reservation.ts"
import * as Search from "./checks/Search.ts"
import * as Send from "./checks/Send.ts"
import * as Skew from "./checks/Skew.ts"
import * as Statuses from "./checks/Statuses.ts"
import * as Texts from "./checks/Texts.ts"
import * as Times from "./checks/Times.ts"
import * as Unknown from "./checks/Unknown.ts"
import * as Unsubscribes from "./checks/Unsubscribes.ts"
import * as Visibility from "./checks/Visibility.ts"

export const all: ReadonlyArray<Check.Check> = [
  Node.check,
  Keys.check,
  Clock.check,
  Search.check,
  Skew.check,
  Fence.check,
  Unknown.check,
  Errors.check,
  Unsubscribes.check,
  Paging.check,
  Order.check,
  Send.check,
  Visibility.check,
  Statuses.check,
  Times.check,
  Filters.check,
  Texts.check,
  Reservation.check,
  Files.check,
  Delivery.check
]

/** What was asked for. */
export interface Asked extends Readonly<Record<Check.Extra, boolean>> {
  readonly mode: Check.Mode
}

const reach = { offline: 0, online: 1, live: 2 } as const

export const of = (asked: Asked): ReadonlyArray<Check.Check> =>
  all.filter(({ extra, mode }) => reach[mode] <= reach[asked.mode] && (extra === undefined || asked[extra]))
