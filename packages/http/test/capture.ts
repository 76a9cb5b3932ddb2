import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Inspectable from "effect/Inspectable"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as Tracer from "effect/Tracer"

export interface Captured {
  readonly spans: Array<Tracer.NativeSpan>
  readonly logs: Array<string>
  readonly headers: Array<string>
}

/** All that a program could see: spans with what they end in, and log lines of every level. */
export const capture = <A, E, R>(use: (captured: Captured) => Effect.Effect<A, E, R>) => {
  const captured: Captured = { spans: [], logs: [], headers: [] }
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      captured.spans.push(span)
      return span
    }
  })
  const logger = Logger.make((options) => {
    captured.logs.push(Inspectable.toStringUnknown(options.message), Cause.pretty(options.cause))
  })
  return use(captured).pipe(
    Effect.provideService(Tracer.Tracer, tracer),
    Effect.provideService(References.MinimumLogLevel, "All"),
    Effect.provide(Logger.layer([logger]))
  )
}
