import * as PhoneNumber from "@effect-sens/core/PhoneNumber"
import * as ServiceId from "@effect-sens/core/ServiceId"
import * as Config from "effect/Config"
import * as Duration from "effect/Duration"

/** What the operator decides, apart from the keys. */
export const Settings = Config.all({
  from: Config.schema(PhoneNumber.PhoneNumber, "APP_SENDER"),
  passwords: Config.schema(ServiceId.ServiceId, "APP_PASSWORDS_SERVICE_ID"),
  notices: Config.schema(ServiceId.ServiceId, "APP_NOTICES_SERVICE_ID"),
  passwordLifetime: Config.Duration("APP_PASSWORD_LIFETIME").pipe(Config.withDefault(Duration.minutes(3)))
})
