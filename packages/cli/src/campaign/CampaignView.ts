/**
 * A campaign as commands show it, and the code that a run of it ends with.
 */
import type * as Campaigns from "@effect-sens/outbox/Campaigns"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as ExitCode from "../ExitCode.ts"
import * as Instant from "../Instant.ts"
import type { Language } from "../Language.ts"
import * as Output from "../Output.ts"
import * as Table from "../Table.ts"
import * as Text from "../Text.ts"
import * as CampaignText from "./CampaignText.ts"

const statuses = ["importing", "sending", "waiting", "paused", "done", "cancelled"] as const

/** How far it is. `recipients` is the sum of those from `waiting` on. */
export const Campaign = Schema.Struct({
  id: Schema.String,
  service: Schema.String,
  status: Schema.Literals(statuses),
  /** Why it waits, where the service does not send at present. */
  why: Schema.NullOr(Schema.Literals(["quota", "keys"])),
  /** When it is tried again then. */
  until: Schema.NullOr(Schema.String),
  /** Whether a run sends it at this moment. */
  isRunning: Schema.Boolean,
  startedAt: Schema.String,
  /** When it is sent at the earliest, where somebody said. */
  at: Schema.NullOr(Schema.String),
  requests: Schema.Int,
  recipients: Schema.Int,
  waiting: Schema.Int,
  open: Schema.Int,
  accepted: Schema.Int,
  delivered: Schema.Int,
  failed: Schema.Int,
  unknown: Schema.Int,
  refused: Schema.Int,
  notSent: Schema.Int,
  held: Schema.Int
})

export type Campaign = typeof Campaign.Type

const statusOf = {
  Importing: "importing",
  Sending: "sending",
  Waiting: "waiting",
  Paused: "paused",
  Done: "done",
  Cancelled: "cancelled"
} as const

export const make = (progress: Campaigns.Progress, isRunning: boolean): Campaign => {
  const { at, id, service, source: _, startedAt, status, ...figures } = progress
  return {
    id,
    service,
    status: statusOf[status._tag],
    why: status._tag !== "Waiting" ? null : status.why === "Quota" ? "quota" : "keys",
    until: status._tag === "Waiting" ? Instant.iso(status.until) : null,
    isRunning,
    startedAt: Instant.iso(startedAt),
    at: Instant.isoOrNull(at),
    ...figures
  }
}

/** How many SENS has taken, whatever became of them. */
export const acceptedOf = (
  { accepted, delivered, failed, unknown }: Pick<Campaigns.Progress, "accepted" | "delivered" | "failed" | "unknown">
): number => accepted + delivered + failed + unknown

/** Of how many nobody knows yet, or can tell, whether they were taken. */
export const uncertainOf = ({ held, open }: Pick<Campaigns.Progress, "held" | "open">): number => held + open

export const isOver = ({ status }: Pick<Campaigns.Progress, "status">): boolean =>
  status._tag === "Done" || status._tag === "Cancelled"

/** What a run of it ends with. */
export const exitCode = (progress: Campaigns.Progress): ExitCode.ExitCode => {
  if (uncertainOf(progress) > 0) return ExitCode.table.unknown.code
  const { accepted, failed, notSent, refused, unknown, waiting } = progress
  return failed + unknown + refused + notSent + waiting + accepted > 0
    ? ExitCode.table.part.code
    : ExitCode.table.done.code
}

export const statusText = ({ isRunning, status, why }: Campaign, language: Language): string => {
  if (status === "waiting") return CampaignText.status[why ?? "quota"][language]
  const isCutOff = !isRunning && (status === "sending" || status === "importing")
  return CampaignText.status[isCutOff ? "cutOff" : status][language]
}

const shown = [
  "waiting",
  "open",
  "accepted",
  "delivered",
  "failed",
  "unknown",
  "refused",
  "notSent",
  "held"
] as const

/** Its figures under its name; those that are none are left out. */
export const table = (campaign: Campaign, language: Language): string => {
  const figures = shown.filter((name) => campaign[name] > 0)
  return [
    `${campaign.id}   ${statusText(campaign, language)}`,
    ...campaign.at === null ? [] : [`  ${campaign.at.slice(0, 16).replace("T", " ")} KST`],
    "",
    Table.render({
      rows: (["recipients", ...figures] as const).map((name) => [
        `  ${CampaignText.figures[name][language]}`,
        Text.count(campaign[name])
      ]),
      align: ["left", "right"]
    })
  ].join("\n")
}

/** All of them, a line each. */
export const list = (campaigns: ReadonlyArray<Campaign>, language: Language): string =>
  Table.render({
    heads: CampaignText.heads.list[language],
    rows: campaigns.map((campaign) => [
      campaign.id,
      statusText(campaign, language),
      ...[
        campaign.recipients,
        campaign.waiting,
        acceptedOf(campaign),
        campaign.delivered,
        campaign.failed + campaign.refused,
        uncertainOf(campaign)
      ].map(Text.count),
      campaign.startedAt.slice(0, 16).replace("T", " ")
    ]),
    align: ["left", "left", "right", "right", "right", "right", "right", "right"]
  })

export const document = <const Name extends string>(name: Name) => Output.document(name, { campaign: Campaign })

/** The time of a hold, or of a start, as people read it. */
export const until = ({ at, status }: Campaigns.Progress): string =>
  status._tag === "Waiting" ? Instant.people(status.until) : Instant.peopleOr(Option.orElse(at, Option.none))
