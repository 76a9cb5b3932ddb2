/**
 * The span of a stream.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"

/**
 * Gives a stream a span of its own, from its first pull to its end, above those of the calls that it makes. Without a tracer there is
 * none.
 *
 * @internal
 */
export const traced = (name: string) => <A, E, R>(self: Stream.Stream<A, E, R>): Stream.Stream<A, E, R> =>
  Stream.unwrap(Effect.withFiber((fiber) =>
    Effect.succeed(
      fiber.getRef(Tracer.Tracer) === Tracer.nativeTracer
        ? self
        // A span is never asked for: the one that it excludes from the requirements is its own.
        : Stream.withSpan(self, name) as Stream.Stream<A, E, R>
    )
  ))
