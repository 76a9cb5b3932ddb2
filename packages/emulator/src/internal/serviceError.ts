/**
 * The errors of the service in their own shapes, as they go over the wire.
 *
 * There are three shapes, since three layers answer: the API gateway (`{"error":{…}}`, with codes that are no HTTP
 * statuses), the validation of SENS (`{"errors":[…],"errorMessage":…,"status":400}`), and the framework below it (`{"status":
 * …,"error":…,"message":…}`). Source: "Common NAVER Cloud API errors" and the SENS overview; the validation texts were
 * observed.
 *
 * @since 0.1.0
 */
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"

// -----------------------------------------------------------------------------
// Gateway
// -----------------------------------------------------------------------------

/**
 * The errors of the API gateway: code, HTTP status, message.
 *
 * @category constants
 * @since 0.1.0
 */
export const gatewayErrors = {
  "100": { status: 400, message: "Bad Request Exception" },
  "200": { status: 401, message: "Authentication Failed" },
  "210": { status: 401, message: "Permission Denied" },
  "230": { status: 403, message: "Forbidden" },
  "300": { status: 404, message: "Not Found Exception" },
  "400": { status: 429, message: "Quota Exceeded" },
  "410": { status: 429, message: "Throttle Limited" },
  "420": { status: 429, message: "Rate Limited" },
  "430": { status: 413, message: "Request Entity Too Large" },
  "500": { status: 503, message: "Endpoint Error" },
  "510": { status: 504, message: "Endpoint Timeout" },
  "900": { status: 500, message: "Unexpected Error" }
} as const

/**
 * A code of the API gateway. It is not an HTTP status: `"200"` is a failed authentication.
 *
 * @category models
 * @since 0.1.0
 */
export type GatewayCode = keyof typeof gatewayErrors

/**
 * The body of a gateway error. `errorCode` is a string.
 *
 * @category schemas
 * @since 0.1.0
 */
export const GatewayBody = Schema.Struct({
  errorCode: Schema.String,
  message: Schema.String,
  details: Schema.optionalKey(Schema.String)
})

/**
 * The body that goes with a gateway code.
 *
 * @category constructors
 * @since 0.1.0
 */
export const gatewayBody = (error: {
  /** The code, from which the message follows. */
  readonly code: GatewayCode
  /** What is wrong in particular; left out without it. */
  readonly details?: string | undefined
}): typeof GatewayBody.Type => ({
  errorCode: error.code,
  message: gatewayErrors[error.code].message,
  ...(error.details === undefined ? undefined : { details: error.details })
})

const why = (body: typeof GatewayBody.Type): ReadonlyArray<string> => [body.details ?? body.message]

/**
 * 401: the signature is missing, wrong, or too old.
 *
 * @category errors
 * @since 0.1.0
 */
export class AuthenticationFailed
  extends Schema.Error<AuthenticationFailed>("@effect-sens/emulator/AuthenticationFailed")({
    _tag: Schema.tagDefaultOmit("AuthenticationFailed"),
    error: GatewayBody
  }, { httpApiStatus: 401, description: "The signature is missing, wrong, or too old." })
{
  /** The reasons, for the ledger. */
  get why(): ReadonlyArray<string> {
    return why(this.error)
  }
}

/**
 * 413: the body is larger than the gateway takes.
 *
 * @category errors
 * @since 0.1.0
 */
export class EntityTooLarge extends Schema.Error<EntityTooLarge>("@effect-sens/emulator/EntityTooLarge")({
  _tag: Schema.tagDefaultOmit("EntityTooLarge"),
  error: GatewayBody
}, { httpApiStatus: 413, description: "The body is larger than the gateway takes." }) {
  /** The reasons, for the ledger. */
  get why(): ReadonlyArray<string> {
    return why(this.error)
  }
}

// -----------------------------------------------------------------------------
// SENS
// -----------------------------------------------------------------------------

/**
 * 400: the request breaks one or more rules; all of them are named.
 *
 * @category errors
 * @since 0.1.0
 */
export class ValidationFailed extends Schema.Error<ValidationFailed>("@effect-sens/emulator/ValidationFailed")({
  _tag: Schema.tagDefaultOmit("ValidationFailed"),
  errors: Schema.Array(Schema.String),
  errorMessage: Schema.String,
  status: Schema.Literal(400)
}, { httpApiStatus: 400, description: "The request breaks a rule." }) {
  /** The reasons, for the ledger. */
  get why(): ReadonlyArray<string> {
    return this.errors
  }
}

/**
 * A refusal that names what is wrong. Equal texts are named once.
 *
 * @category constructors
 * @since 0.1.0
 */
export const validationFailed = (problems: Iterable<string>): ValidationFailed => {
  const errors = Array.from(new Set(problems))
  return new ValidationFailed({ errors, errorMessage: `Validation failed. ${errors.length} error(s)`, status: 400 })
}

/**
 * 403: the service belongs to another account, or does not exist.
 *
 * @category errors
 * @since 0.1.0
 */
export class AccessDenied extends Schema.Error<AccessDenied>("@effect-sens/emulator/AccessDenied")({
  _tag: Schema.tagDefaultOmit("AccessDenied"),
  status: Schema.Literal(403),
  error: Schema.String,
  message: Schema.String
}, { httpApiStatus: 403, description: "The service belongs to another account." }) {
  /** The reasons, for the ledger. */
  get why(): ReadonlyArray<string> {
    return [this.message]
  }
}

/**
 * The 403 of the SENS overview.
 *
 * @category constructors
 * @since 0.1.0
 */
export const accessDenied = (): AccessDenied =>
  new AccessDenied({ status: 403, error: "Forbidden", message: "Do not have access to this 'serviceId'" })

/**
 * 415: the body is announced as something else than JSON.
 *
 * @category errors
 * @since 0.1.0
 */
export class UnsupportedMediaType
  extends Schema.Error<UnsupportedMediaType>("@effect-sens/emulator/UnsupportedMediaType")({
    _tag: Schema.tagDefaultOmit("UnsupportedMediaType"),
    status: Schema.Literal(415),
    error: Schema.String,
    message: Schema.String
  }, { httpApiStatus: 415, description: "The body is announced as something else than JSON." })
{
  /** The reasons, for the ledger. */
  get why(): ReadonlyArray<string> {
    return [this.message]
  }
}

/**
 * 404 with no body: nothing is known by that id.
 *
 * @category errors
 * @since 0.1.0
 */
export class NothingFound extends Schema.Error<NothingFound>("@effect-sens/emulator/NothingFound")({
  _tag: Schema.tag("NothingFound")
}, { httpApiStatus: 404, description: "Nothing is known by that id." }) {
  /** The reasons, for the ledger. */
  get why(): ReadonlyArray<string> {
    return ["Nothing found."]
  }
}

/**
 * {@link NothingFound} as it goes over the wire.
 *
 * @category schemas
 * @since 0.1.0
 */
export const NothingFoundNoContent = NothingFound.pipe(
  HttpApiSchema.asNoContent({ decode: () => new NothingFound({}) })
)
