// Read by the compiler, and never run: what an editor shows of these is the matter of Types.test.ts.
import type * as RequestIssue from "@effect-sens/core/RequestIssue"
import type * as SearchQuery from "@effect-sens/core/SearchQuery"
import type * as SendRequest from "@effect-sens/core/SendRequest"
import type * as UnreadableRecord from "@effect-sens/core/UnreadableRecord"
import type * as Sens from "@effect-sens/http/Sens"
import type * as SensPromise from "@effect-sens/http/SensPromise"

declare const sens: SensPromise.SensPromise

export declare const sms: SendRequest.Sms
export declare const lms: SendRequest.Lms
export declare const mms: SendRequest.Mms
export declare const recipient: SendRequest.Recipient
export declare const lmsRecipient: SendRequest.LmsRecipient
export declare const picture: SendRequest.File
export declare const reserve: SendRequest.Reserve
export declare const query: SearchQuery.SearchQuery

export const accepted = await sens.messages.send(sms)
export const page = await sens.messages.search(query)
export const record = await sens.messages.result("")
export declare const unreadable: UnreadableRecord.UnreadableRecord
export const uploaded = await sens.files.upload({ fileName: "", fileBody: "" })
export const reservation = await sens.reservations.status("")
export const listed = await sens.unsubscribes.search()
export const entry = listed.entries.find(() => true)
export const intent = await sens.messages.prepare(sms)
export declare const issue: RequestIssue.RequestIssue
export declare const options: Sens.Options
export declare const sendOptions: Sens.SendOptions
