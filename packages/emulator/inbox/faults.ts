// Faults by the names that the page gives them.
import { say } from "./language.ts"

type Fault = { readonly _tag: string } & Readonly<Record<string, unknown>>

/** What a fault does, in few words. */
export const faultName = (fault: Fault): string => fault._tag
void say
