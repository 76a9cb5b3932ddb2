/**
 * What was found, for programs and to attach to an issue: shapes alone. No number, text, id or key stands in it.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Output from "../Output.ts"
import type * as Check from "./Check.ts"
import type * as Doctor from "./Doctor.ts"
import * as Settings from "./Settings.ts"
import * as Shape from "./Shape.ts"

const Finding = Schema.Struct({
  number: Schema.Int,
  id: Schema.String,
  mode: Schema.Literals(["offline", "online", "live"]),
  verdict: Schema.Literals(["ok", "note", "bad"]),
  /** What a run that found no worse ends with. */
  exitCode: Schema.Int,
  says: Schema.String,
  facts: Schema.Record(Schema.String, Schema.Union([Schema.String, Schema.Finite, Schema.Boolean, Schema.Null]))
})

const settings = {
  visibilityLag: Schema.NullOr(Schema.String),
  timestampTolerance: Schema.NullOr(Schema.String),
  overlap: Schema.NullOr(Schema.String),
  onAmbiguous: Schema.NullOr(Schema.Literal("fail")),
  /** Of the worker of the outbox. */
  onOpen: Schema.NullOr(Schema.Literal("hold"))
}

export const Document = Output.document("doctor", {
  ok: Schema.Boolean,
  checks: Schema.Array(Finding),
  settings: Schema.Struct(settings),
  /** Whether they were written into the profile. */
  saved: Schema.Boolean,
  /** The file of the report, where one was asked for. */
  out: Schema.NullOr(Schema.String)
})

export const File = Schema.Struct({
  v: Schema.tag(1),
  report: Schema.tag("doctor"),
  version: Schema.String,
  node: Schema.String,
  checks: Schema.Array(Schema.Struct({
    number: Schema.Int,
    id: Schema.String,
    verdict: Schema.Literals(["ok", "note", "bad"]),
    facts: Finding.fields.facts,
    exchanges: Schema.Array(Schema.Struct({
      operation: Schema.String,
      status: Schema.NullOr(Schema.Int),
      problem: Schema.NullOr(Schema.Literals(["NotThere", "TimedOut", "Cut", "TooLarge"])),
      millis: Schema.Int,
      times: Schema.Int,
      headers: Schema.Array(Schema.String),
      body: Shape.Shape
    }))
  })),
  settings: Schema.Struct(settings)
})

export const settingsOf = (found: Settings.Settings): (typeof Document.Type)["settings"] => ({
  visibilityLag: found.visibilityLag === undefined ? null : Settings.text(found.visibilityLag),
  timestampTolerance: found.timestampTolerance === undefined ? null : Settings.text(found.timestampTolerance),
  overlap: found.overlap === undefined ? null : Settings.text(found.overlap),
  onAmbiguous: found.onAmbiguous ?? null,
  onOpen: found.onAmbiguous === undefined ? null : "hold"
})

export const file = (
  findings: ReadonlyArray<Doctor.Finding>,
  found: Settings.Settings,
  machine: Check.Machine
): typeof File.Type =>
  File.make({
    version: machine.version,
    node: machine.node,
    checks: findings.map(({ check, exchanges, outcome }) => ({
      number: check.number,
      id: check.id,
      verdict: outcome.verdict,
      facts: outcome.facts,
      exchanges
    })),
    settings: settingsOf(found)
  })
