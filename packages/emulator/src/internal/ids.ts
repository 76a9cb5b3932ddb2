/**
 * Ids in the forms that SENS gives out, from a seed, so that a run can be repeated.
 */
import type { MessageType } from "./messagesApi.ts"

export interface Ids {
  /** `RSSA-<ms>-<4 digits>-<8 digits>-<8 letters>`, `RSLA-…`, `RSMA-…` */
  readonly requestId: (type: MessageType, millis: number) => string
  /** A version 4 UUID. */
  readonly messageId: () => string
  /** 12 hexadecimal digits. */
  readonly fileId: () => string
  /** What the gateway calls one exchange by. */
  readonly traceId: () => string
}

// Draws of 32 bits. The seed is spread by FNV-1a, then drawn from by xorshift128 (G. Marsaglia, 2003).
export const words = (seed: string): () => number => {
  const word = (salt: number): number => {
    let hash = 0x811c9dc5 ^ salt
    for (let i = 0; i < seed.length; i++) hash = Math.imul(hash ^ seed.charCodeAt(i), 0x01000193)
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
    return (hash ^ (hash >>> 13)) >>> 0
  }
  let x = word(0x9e3779b9) | 1
  let y = word(0x243f6a88)
  let z = word(0xb7e15162)
  let w = word(0x71374491)
  const next = (): number => {
    const t = x ^ (x << 11)
    x = y
    y = z
    z = w
    w = (w ^ (w >>> 19) ^ t ^ (t >>> 8)) >>> 0
    return w
  }
  // Seeds that differ little start alike; a few draws pull them apart.
  for (let i = 0; i < 16; i++) next()
  return next
}

const digits = "0123456789"
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

const channel: Record<MessageType, string> = { SMS: "RSSA", LMS: "RSLA", MMS: "RSMA" }

const hex = (value: number): string => (value >>> 0).toString(16).padStart(8, "0")

export const make = (seed: string): Ids => {
  // Separate sources, so that a search more or less does not change the ids of the sends after it.
  const requests = words(`${seed}/requests`)
  const messages = words(`${seed}/messages`)
  const traces = words(`${seed}/traces`)
  const files = words(`${seed}/files`)
  const some = (alphabet: string, length: number): string => {
    let out = ""
    for (let i = 0; i < length; i++) out += alphabet[requests() % alphabet.length]
    return out
  }
  return {
    requestId: (type, millis) => `${channel[type]}-${millis}-${some(digits, 4)}-${some(digits, 8)}-${some(letters, 8)}`,
    messageId: () => {
      const a = hex(messages())
      const b = hex((messages() & 0xffff0fff) | 0x4000)
      const c = hex((messages() & 0x3fffffff) | 0x80000000)
      const d = hex(messages())
      return `${a}-${b.slice(0, 4)}-${b.slice(4)}-${c.slice(0, 4)}-${c.slice(4)}${d}`
    },
    fileId: () => (hex(files()) + hex(files())).slice(0, 12),
    traceId: () => hex(traces()) + hex(traces())
  }
}
