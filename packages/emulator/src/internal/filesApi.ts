/**
 * The wire definitions of uploading a picture for an MMS.
 *
 * Source: SENS API v2, "SMS attachment create".
 *
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Schema from "effect/Schema"
import * as Authentication from "./authentication.ts"
import * as ServiceError from "./serviceError.ts"

const noName = "The fileName cannot be empty."
const noBody = "The fileBody cannot be empty."

/**
 * A picture: a name that ends in `.jpg` or `.jpeg`, and its bytes in Base64.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UploadRequest = Schema.Struct({
  fileName: Schema.String
    .annotate({ message: noName })
    .check(Schema.isMinLength(1, { message: noName }))
    .annotateKey({ messageMissingKey: noName }),
  fileBody: Schema.String
    .annotate({ message: noBody })
    .check(Schema.isMinLength(1, { message: noBody }))
    .annotateKey({ messageMissingKey: noBody })
}).annotate({ message: "The request body must be a JSON object." })

/**
 * What the file goes by, and until when. The stamps are KST without a zone.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UploadResponse = Schema.Struct({
  fileId: Schema.String,
  createTime: Schema.String,
  expireTime: Schema.String
})

/**
 * The operation on files.
 *
 * @category models
 * @since 0.1.0
 */
export class FilesApi extends HttpApiGroup.make("files").add(
  HttpApiEndpoint.post("upload", "/sms/v2/services/:serviceId/files", {
    params: { serviceId: Schema.String },
    payload: UploadRequest,
    success: UploadResponse,
    error: [ServiceError.EntityTooLarge, ServiceError.UnsupportedMediaType]
  })
).middleware(Authentication.BadRequests).middleware(Authentication.Authentication) {}
