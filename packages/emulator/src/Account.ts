/**
 * Who may call the emulator: an access key, its secret key, and the services they open.
 *
 * @since 0.1.0
 */
import * as Redacted from "effect/Redacted"

/**
 * A caller known to the emulator.
 *
 * **Details**
 *
 * A request signed with this account for a service that is not in `serviceIds` gets the 403 of the service. When
 * `senders` is given, only those numbers count as registered; without it every sender number does.
 *
 * @category models
 * @since 0.1.0
 */
export interface Account {
  /** The access key that a request names. */
  readonly accessKey: string
  /** The key that it is signed with. */
  readonly secretKey: string | Redacted.Redacted
  /** The services that it opens. */
  readonly serviceIds: ReadonlyArray<string>
  /** The sender numbers that are registered, as people write them; all without it. */
  readonly senders?: ReadonlyArray<string> | undefined
}

/**
 * The access key of {@link emulatorAccount}.
 *
 * @category constants
 * @since 0.1.0
 */
export const accessKey = "emulator-access-key"

/**
 * The secret key of {@link emulatorAccount}. It is made up and opens nothing but emulators.
 *
 * @category constants
 * @since 0.1.0
 */
export const secretKey = "emulator-secret-key"

/**
 * The service id of {@link emulatorAccount}.
 *
 * @category constants
 * @since 0.1.0
 */
export const serviceId = "ncp:sms:kr:000000000000:emulator"

/**
 * The account of an emulator that is not told of any other.
 *
 * **Example** (Its credentials are constants)
 *
 * ```ts import.meta.vitest
 * import * as Account from "@effect-sens/emulator/Account"
 *
 * Account.emulatorAccount.serviceIds // => ["ncp:sms:kr:000000000000:emulator"]
 * ```
 *
 * @category constants
 * @since 0.1.0
 */
export const emulatorAccount: Account = {
  accessKey,
  secretKey,
  serviceIds: [serviceId]
}

/**
 * The keys of {@link emulatorAccount} and its service, as the options of a client take them.
 *
 * `Sens.layer(Account.options).pipe(Layer.provide(EmulatorClient.layer()))` is a test layer.
 *
 * **Example** (Plain values)
 *
 * ```ts import.meta.vitest
 * import * as Account from "@effect-sens/emulator/Account"
 *
 * Account.options.serviceId // => "ncp:sms:kr:000000000000:emulator"
 * ```
 *
 * @category constants
 * @since 0.1.0
 */
export const options: {
  /** The access key. */
  readonly accessKey: Redacted.Redacted
  /** The secret key. */
  readonly secretKey: Redacted.Redacted
  /** The service id. */
  readonly serviceId: string
} = {
  accessKey: Redacted.make(accessKey),
  secretKey: Redacted.make(secretKey),
  serviceId
}
