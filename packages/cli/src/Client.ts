/**
 * The client of the keys that a run has. Handlers alone import it: it loads an HTTP client.
 *
 * @since 0.1.0
 */
import * as NodeTransport from "@effect-sens/http/NodeTransport"
import * as Sens from "@effect-sens/http/Sens"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Credentials from "./Credentials.ts"
import type * as Profiles from "./Profiles.ts"

/** What may be different from the library's own, such as by a profile. */
export type Options = Omit<Sens.Options, keyof Sens.ConfigOptions>

/** A client of these keys; keys that cannot be right are a `ConfigError`. */
export const of = ({ accessKey, baseUrl, secretKey, serviceId }: Credentials.Credentials, options?: Options) =>
  Sens.layerConfig({
    ...options,
    accessKey: Config.succeed(Redacted.make(accessKey)),
    secretKey: Config.succeed(secretKey),
    serviceId: Config.succeed(serviceId),
    baseUrl: Config.succeed(baseUrl)
  }).pipe(Layer.provide(NodeTransport.layer()))

/** Whose keys this run has, for a plan and for whether a question is asked. */
export class Account extends Context.Service<Account, Credentials.Credentials>()("effect-sens/Client/Account") {}

/** What a profile says of the service, where `doctor` has measured it. */
const measured = (profile: Option.Option<Profiles.Profile>): Options => {
  if (Option.isNone(profile)) return {}
  const { onAmbiguous, timestampTolerance, visibilityLag } = profile.value
  return { onAmbiguous, reconcile: { timestampTolerance, visibilityLag } }
}

/** A client of the keys of this run, and whose they are; with what is different in this command. */
export const layerWith = (options: Options) =>
  Layer.unwrap(
    Effect.map(
      Credentials.resolve,
      (credentials) =>
        Layer.merge(
          of(credentials, { ...measured(credentials.profile), ...options }),
          Layer.succeed(Account, credentials)
        )
    )
  )

/** A client of the keys of this run, and whose they are. */
export const layer = layerWith({})
