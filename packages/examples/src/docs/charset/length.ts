import * as EucKr from "@effect-sens/core/EucKr"
import * as SendRequest from "@effect-sens/core/SendRequest"

export const counter = (text: string): string => `${EucKr.byteLength(text)} of ${SendRequest.maxBytes.SMS} bytes`

export const preview = (text: string): string => EucKr.truncate(text, SendRequest.maxBytes.SMS)
