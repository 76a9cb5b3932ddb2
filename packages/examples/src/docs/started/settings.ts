import * as Region from "@effect-sens/http/Region"
import * as Sens from "@effect-sens/http/Sens"
import * as Config from "effect/Config"

// What is a setting is a Config; any other option stands beside it.
export const layer = Sens.layerConfig({
  baseUrl: Config.succeed(Region.baseUrls.government),
  callTimeout: Config.Duration("TEXT_TIMEOUT").pipe(Config.withDefault(undefined)),
  onAmbiguous: "fail"
})
