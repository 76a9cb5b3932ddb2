/**
 * The wire definitions of uploading a picture for an MMS.
 *
 * Source: SENS API v2, "SMS attachment create".
 *
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import * as Authentication from "./authentication.ts"
import * as Document from "./document.ts"
import * as ServiceError from "./serviceError.ts"
import * as Wire from "./wire.ts"

const noName = "The fileName cannot be empty."
const noBody = "The fileBody cannot be empty."

/**
 * A picture: a name that ends in `.jpg` or `.jpeg`, and its bytes in Base64.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UploadRequest = Schema.Struct({
  fileName: Wire.text({
    description: "Its name, of up to 40 characters, which ends in .jpg or .jpeg.",
    empty: noName,
    wrongType: "The fileName must be a string."
  })
    .check(Schema.isMinLength(1, { message: noName }), Wire.says({ maxLength: 40, pattern: "\\.[jJ][pP][eE]?[gG]$" }))
    .annotateKey({ messageMissingKey: noName }),
  fileBody: Wire.text({
    description: "A JPEG in Base64, of up to 300 KB before that and 1500 x 1440 pixels.",
    empty: noBody,
    wrongType: "The fileBody must be a string."
  })
    .check(Schema.isMinLength(1, { message: noBody }))
    .annotateKey({ messageMissingKey: noBody })
}).annotate({ identifier: "UploadRequest", message: "The request body must be a JSON object." })

/**
 * What the file goes by, and until when. The stamps are KST without a zone.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UploadResponse = Schema.Struct({
  fileId: Schema.String.annotate({ description: "What a send names it by." }),
  createTime: Wire.Millis("When it was uploaded."),
  expireTime: Wire.Millis("Until when a send may name it.")
}).annotate({ identifier: "UploadResponse", description: "The picture is kept." })

/**
 * The operation on files.
 *
 * @category models
 * @since 0.1.0
 */
export class FilesApi extends HttpApiGroup.make("files").add(
  HttpApiEndpoint.post("upload", "/sms/v2/services/:serviceId/files", {
    params: { serviceId: Authentication.ServiceId },
    payload: UploadRequest,
    success: UploadResponse,
    error: [ServiceError.EntityTooLarge, ServiceError.UnsupportedMediaType]
  }).annotateMerge(Document.operation({
    summary: "Upload a picture",
    description:
      "Keeps a picture for an MMS, for some days. One of the same name and size as a file that is kept is taken " +
      "for that file.",
    examples: {
      "a JPEG of 10 x 10 pixels": {
        fileName: "map.jpg",
        fileBody: "/9j/wAALCAAKAAoBAREA/9oACAEBAAA/AAf/2Q=="
      }
    }
  }))
).middleware(Authentication.BadRequests).middleware(Authentication.Authentication).annotateMerge(
  OpenApi.annotations({ description: "Pictures for an MMS." })
) {}
