import * as Cause from "effect/Cause"
import * as Inspectable from "effect/Inspectable"
import * as Logger from "effect/Logger"
import * as Tracer from "effect/Tracer"

export const shown = (value: unknown): string => Inspectable.toStringUnknown(value)

/** A tracer and a logger that keep what they are told. */
export const recorded = () => {
  const spans: Array<Tracer.NativeSpan> = []
  const lines: Array<string> = []
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })
  const logger = Logger.make(({ cause, message }) => {
    lines.push(shown(message), Cause.pretty(cause), shown(cause))
  })
  return { spans, lines, tracer, logger }
}
