/**
 * The form of a request in which the delivery log could not tell it from another.
 */
import type * as SendRequest from "@effect-sens/core/SendRequest"

/**
 * A text as it is compared to the letter: composed, with line breaks of one kind, and without white space around it.
 *
 * @internal
 */
export const plain = (text: string): string => text.replace(/\r\n?/g, "\n").normalize("NFC").trim()

/**
 * The text and the subject that a recipient gets.
 *
 * @internal
 */
export const effective = (
  request: SendRequest.Normalized,
  message: SendRequest.Normalized["messages"][number]
): { readonly content: string; readonly subject: string } => ({
  // An empty override is none: SENS takes the text for all.
  content: message.content || request.content,
  subject: ("subject" in message ? message.subject : undefined) ||
    ("subject" in request ? request.subject : undefined) || ""
})

/**
 * Sender, country, numbers, texts and subjects, whatever the order of the recipients. `shown` makes a text `plain`, and may remember
 * those that it has made.
 *
 * @internal
 */
export const key = (request: SendRequest.Normalized, shown: (text: string) => string): string =>
  JSON.stringify([
    request.from,
    request.countryCode ?? "82",
    request.messages.map((message) => {
      const { content, subject } = effective(request, message)
      return JSON.stringify([message.to, shown(content), shown(subject)])
    }).sort()
  ])
