/**
 * The documents of the API: a page of its own that may do what stands in it, and gets nothing from elsewhere.
 */
import * as Base64 from "effect/encoding/Base64"
import * as Function from "effect/Function"
import * as HttpApiScalar from "effect/http-api/HttpApiScalar"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import { sha256 } from "./hmac.ts"
import { SensApi } from "./sensApi.ts"

export const layer = HttpApiScalar.layer(SensApi, { path: "/docs", scalar: { withDefaultFonts: false } })

/** What stands between the tags of the scripts of a page, as a browser finds them. */
const scripts = (html: string): ReadonlyArray<string> =>
  html.split("</script>").flatMap((part) => {
    const at = part.indexOf("<script>")
    return at < 0 ? [] : [part.slice(at + "<script>".length)]
  })

// The page writes its styles by script, while it runs.
const policy = (hashes: ReadonlyArray<string>): string =>
  `default-src 'none'; script-src ${hashes.map((hash) => `'sha256-${hash}'`).join(" ")}; style-src 'unsafe-inline'; ` +
  "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'none'"

const guarded = Function.memoize((response: HttpServerResponse.HttpServerResponse) =>
  response.body._tag !== "Uint8Array" ? response : HttpServerResponse.setHeaders(response, {
    "content-security-policy": policy(
      scripts(new TextDecoder().decode(response.body.body)).map((script) =>
        Base64.encode(sha256(new TextEncoder().encode(script)))
      )
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff"
  })
)

/** The answer, with the policy of the page where it is the page. */
export const guard = (
  target: string,
  response: HttpServerResponse.HttpServerResponse
): HttpServerResponse.HttpServerResponse => /^\/docs(?:\?|$)/.test(target) ? guarded(response) : response
