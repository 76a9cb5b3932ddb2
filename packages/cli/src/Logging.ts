/** What is logged: warnings and worse, to standard error, since standard output is for answers alone. */
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as References from "effect/References"

/** `Logger.consoleJson` would write to standard output, whatever `LogToStderr` says. */
export const layer = (isMachine: boolean): Layer.Layer<never> =>
  Layer.mergeAll(
    Layer.succeed(References.MinimumLogLevel, "Warn"),
    Layer.succeed(Logger.LogToStderr, true),
    Logger.layer([isMachine ? Logger.withConsoleError(Logger.formatJson) : Logger.consolePretty()])
  )
