// `node validate.ts <url>`: whether a document is valid OpenAPI.
import { Validator } from "@seriousme/openapi-schema-validator"

const document = await fetch(process.argv[2] ?? "").then((response) => response.json())
const { errors, valid } = await new Validator().validate(document)
if (!valid) throw new Error(JSON.stringify(errors))
