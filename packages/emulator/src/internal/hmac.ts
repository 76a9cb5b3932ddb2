/**
 * HMAC-SHA-256 (FIPS 180-4, RFC 2104) that answers at once.
 *
 * Web Crypto only answers later. A fiber that waits for it lets a virtual clock run on past the moment it wanted to act
 * at, so retries and timeouts under `TestClock` would depend on the speed of the machine.
 */
import * as Mac from "effect/crypto/Mac"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Layer from "effect/Layer"

const primes = (count: number): ReadonlyArray<number> => {
  const found: Array<number> = []
  for (let n = 2; found.length < count; n++) {
    if (found.every((prime) => n % prime !== 0)) found.push(n)
  }
  return found
}

// The first 32 bits of the fractional part, as the standard derives its constants.
const fraction = (value: number): number => Math.floor((value - Math.floor(value)) * 2 ** 32) | 0

interface Tables {
  readonly initial: Int32Array
  readonly rounds: Int32Array
}

let tables: Tables | undefined

const constants = (): Tables =>
  tables ??= {
    initial: Int32Array.from(primes(8), (prime) => fraction(Math.sqrt(prime))),
    rounds: Int32Array.from(primes(64), (prime) => fraction(Math.cbrt(prime)))
  }

const rotate = (word: number, bits: number): number => (word >>> bits) | (word << (32 - bits))

export const sha256 = (data: Uint8Array): Uint8Array => {
  const { initial, rounds } = constants()
  const padded = new Uint8Array(((data.length + 8) >>> 6 << 6) + 64)
  padded.set(data)
  padded[data.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 8, Math.floor(data.length / 2 ** 29))
  view.setUint32(padded.length - 4, data.length << 3)

  const state = Int32Array.from(initial)
  const w = new Int32Array(64)
  for (let block = 0; block < padded.length; block += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getInt32(block + i * 4)
    for (let i = 16; i < 64; i++) {
      const a = w[i - 15]!
      const b = w[i - 2]!
      const s0 = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3)
      const s1 = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10)
      w[i] = w[i - 16]! + s0 + w[i - 7]! + s1
    }
    let a = state[0]!
    let b = state[1]!
    let c = state[2]!
    let d = state[3]!
    let e = state[4]!
    let f = state[5]!
    let g = state[6]!
    let h = state[7]!
    for (let i = 0; i < 64; i++) {
      const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + rounds[i]! + w[i]!) | 0
      const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
      h = g
      g = f
      f = e
      e = (d + t1) | 0
      d = c
      c = b
      b = a
      a = (t1 + t2) | 0
    }
    state[0]! += a
    state[1]! += b
    state[2]! += c
    state[3]! += d
    state[4]! += e
    state[5]! += f
    state[6]! += g
    state[7]! += h
  }
  const out = new Uint8Array(32)
  const outView = new DataView(out.buffer)
  for (let i = 0; i < 8; i++) outView.setInt32(i * 4, state[i]!)
  return out
}

const concat = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  const out = new Uint8Array(a.length + b.length)
  out.set(a)
  out.set(b, a.length)
  return out
}

export const hmacSha256 = (options: { readonly key: Uint8Array; readonly data: Uint8Array }): Uint8Array => {
  const block = new Uint8Array(64)
  block.set(options.key.length > 64 ? sha256(options.key) : options.key)
  const inner = sha256(concat(block.map((byte) => byte ^ 0x36), options.data))
  return sha256(concat(block.map((byte) => byte ^ 0x5c), inner))
}

/** `Mac` without waiting. The emulator asks it for HMAC-SHA-256 and nothing else. */
export const layer: Layer.Layer<Mac.Mac> = Mac.layerWebCryptoWith({
  hmac: (hash, key, data) => {
    if (hash !== "SHA-256") throw new RangeError(`The emulator signs with SHA-256, not ${hash}`)
    return hmacSha256({ key, data })
  }
}).pipe(Layer.provide(SecureRandom.layerWebCrypto))
