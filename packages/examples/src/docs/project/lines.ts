import * as EucKr from "@effect-sens/core/EucKr"

/** What a form sent, with its line breaks as one byte each. */
export const fromForm = (text: string): string => text.replaceAll("\r\n", "\n")

export const sizes = (text: string) => ({ asSent: EucKr.byteLength(text), mended: EucKr.byteLength(fromForm(text)) })
