/**
 * The OpenAPI documents, where they have to say more than the definitions of an `HttpApi` do, or something else: numbers in a
 * query are numbers, unknown fields are ignored, and components go by plain names.
 */
import type * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as ServiceError from "./serviceError.ts"

type Json = Schema.Json

type JsonObject = { readonly [key: string]: Json }

const isObject = (value: Json): value is JsonObject => Predicate.isObject(value) && !Array.isArray(value)

const fromUnknown = Schema.decodeUnknownSync(Schema.Json)

const asObject = (value: Json | undefined): JsonObject => value !== undefined && isObject(value) ? value : {}

// -----------------------------------------------------------------------------
// Schemas
// -----------------------------------------------------------------------------

// What every whole number of JavaScript is between says nothing.
const isNoBound = (key: string, value: Json): boolean =>
  (key === "minimum" && value === Number.MIN_SAFE_INTEGER) || (key === "maximum" && value === Number.MAX_SAFE_INTEGER)

/** Parts of an `allOf` that say nothing of what the others say are one; a part that names another type says what a text holds. */
const merged = (schema: JsonObject): JsonObject => {
  const { allOf, ...rest } = schema
  if (!Array.isArray(allOf) || "$ref" in rest) return schema
  const whole: Record<string, Json> = { ...rest }
  for (const part of allOf) {
    if (!isObject(part) || "$ref" in part) return schema
    if (Object.keys(part).some((key) => key !== "type" && key in whole)) return schema
    Object.assign(whole, part)
  }
  return whole
}

const names = {
  prefix: /_effect-sens_emulator_(?:ControlApi_)?/,
  suffix: /Encoded$/
}

const plainName = (name: string): string => name.replace(names.prefix, "").replace(names.suffix, "")

/** Rewrites all that stands below; `isSchema` tells the properties of an object from the keywords of a schema. */
const plain = (value: Json, isSchema: boolean): Json => {
  if (Array.isArray(value)) return value.map((each) => plain(each, isSchema))
  if (!isObject(value)) return value
  const out: Record<string, Json> = {}
  for (const [key, below] of Object.entries(value)) {
    // Whoever reads a request or an answer passes over what it does not know.
    if (isSchema && ((key === "additionalProperties" && below === false) || isNoBound(key, below))) continue
    out[key] = !isSchema
      ? plain(below, true)
      : key === "$ref" && typeof below === "string"
      ? below.replace(/[^/]+$/, plainName)
      : key === "examples" || key === "default" || key === "enum"
      ? below
      : plain(below, key !== "properties")
  }
  return isSchema ? merged(out) : out
}

// -----------------------------------------------------------------------------
// Operations
// -----------------------------------------------------------------------------

/** What an operation is called and for, and requests that it takes. */
export const operation = (about: {
  readonly summary: string
  readonly description: string
  readonly examples?: Readonly<Record<string, Json>>
}) =>
  OpenApi.annotations({
    summary: about.summary,
    description: about.description,
    transform: (operation) => {
      const { examples } = about
      if (examples === undefined) return operation
      const content = asObject(asObject(operation["requestBody"])["content"])
      return {
        ...operation,
        requestBody: {
          required: true,
          content: {
            "application/json": {
              ...asObject(content["application/json"]),
              examples: Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }]))
            }
          }
        }
      }
    }
  })

interface Groups {
  readonly [identifier: string]: { readonly endpoints: Readonly<Record<string, HttpApiEndpoint.Top>> }
}

/**
 * What the parameters of an endpoint hold, by its method and path and by where they stand: a path and a query are all text, and
 * this is what it says.
 */
const parameters = (groups: Groups): ReadonlyMap<string, JsonObject> => {
  const found = new Map<string, JsonObject>()
  for (const { endpoints } of Object.values(groups)) {
    for (const { method, params, path, query } of Object.values(endpoints)) {
      for (const [place, schema] of [["path", params], ["query", query]] as const) {
        if (schema === undefined) continue
        const said = plain(fromUnknown(Schema.toJsonSchemaDocument(Schema.toType(schema)).schema), true)
        found.set(
          `${method.toLowerCase()} ${path.replace(/:(\w+)/g, "{$1}")} ${place}`,
          asObject(asObject(said)["properties"])
        )
      }
    }
  }
  return found
}

/** Where a component stands. */
export const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` })

/** An answer in JSON. */
export const answer = (description: string, schema: JsonObject): JsonObject => ({
  description,
  content: { "application/json": { schema } }
})

/** The shape of the errors of the gateway. */
export const gatewayError: JsonObject = {
  type: "object",
  description: "An error of the API gateway. The errorCode is no HTTP status: \"200\" is a failed authentication.",
  properties: {
    error: {
      type: "object",
      properties: {
        errorCode: { type: "string", enum: Object.keys(ServiceError.gatewayErrors) },
        message: { type: "string" },
        details: { type: "string" }
      },
      required: ["errorCode", "message"]
    }
  },
  required: ["error"]
}

/** What a document says besides its operations: how they are signed, and what each of them may answer. */
export interface Additions {
  readonly securitySchemes?: JsonObject
  readonly security?: JsonObject
  readonly schemas?: JsonObject
  /** Further answers of every operation, by status. */
  readonly responses?: Readonly<Record<string, JsonObject>>
  /** Headers of every answer. */
  readonly headers?: JsonObject
}

/** The document of an API, out of what `OpenApi.fromApi` makes of it. */
export const transform = (groups: Groups, additions: Additions = {}) => {
  const { headers, responses, schemas, security, securitySchemes } = additions
  return (document: Record<string, any>): Record<string, any> => {
    const known = parameters(groups)
    const rewritten = asObject(plain(fromUnknown(document), true))
    const components = asObject(rewritten["components"])
    const paths: Record<string, Json> = {}
    for (const [path, methods] of Object.entries(asObject(rewritten["paths"]))) {
      const operations: Record<string, Json> = {}
      for (const [method, each] of Object.entries(asObject(methods))) {
        const operation = asObject(each)
        const listed = Array.isArray(operation["parameters"]) ? operation["parameters"].map(asObject) : []
        const answers = { ...responses, ...asObject(operation["responses"]) }
        const { security: _, ...rest } = operation
        operations[method] = {
          ...rest,
          operationId: String(operation["operationId"]).replace(/^.*\./, ""),
          parameters: listed.map((parameter) => {
            const name = String(parameter["name"])
            const said = known.get(`${method} ${path} ${String(parameter["in"])}`)
            const { description, ...schema } = asObject(said?.[name] ?? parameter["schema"])
            return { ...parameter, ...(description === undefined ? undefined : { description }), schema }
          }),
          responses: Object.fromEntries(
            Object.entries(answers).map(([status, answer]) => {
              const said = asObject(answer)
              return [status, { ...said, ...(headers && { headers: { ...headers, ...asObject(said["headers"]) } }) }]
            })
          ),
          ...(security === undefined ? undefined : { security: [security] })
        }
      }
      paths[path] = operations
    }
    return {
      ...rewritten,
      paths,
      components: {
        ...components,
        schemas: {
          ...Object.fromEntries(
            Object.entries(asObject(components["schemas"])).map(([name, schema]) => [plainName(name), schema])
          ),
          ...schemas
        },
        ...(securitySchemes === undefined ? undefined : { securitySchemes })
      }
    }
  }
}
