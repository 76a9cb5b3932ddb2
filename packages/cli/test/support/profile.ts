import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Emulator } from "./emulator.ts"

/** Writes the default profile of somebody whose settings are in this folder: the keys of an emulator, and what is known of its gateway. */
export const writeProfile = (
  home: string,
  { env, url }: Emulator,
  known: { readonly [setting: string]: string }
): void => {
  const folder = join(home, "config", "effect-sens")
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const profile = {
    accessKey: env["SENS_ACCESS_KEY"],
    secretKey: env["SENS_SECRET_KEY"],
    serviceId: env["SENS_SERVICE_ID"],
    baseUrl: url,
    ...known
  }
  writeFileSync(join(folder, "profiles.json"), JSON.stringify({ v: 1, profiles: { default: profile } }), {
    mode: 0o600
  })
}
