/**
 * A token bucket for retries, shared by the calls of a client: when much fails, most of it is left alone.
 *
 * @internal
 */
export interface Budget {
  /** Whether a retry at monotonic time `mono`, in milliseconds, may be made; takes its token. */
  readonly take: (mono: number) => boolean
}

/** @internal */
export const make = (options: { readonly capacity: number; readonly refillPerSecond: number }): Budget => {
  let tokens = options.capacity
  let at: number | undefined
  return {
    take: (mono) => {
      tokens = Math.min(options.capacity, tokens + (mono - (at ?? mono)) / 1000 * options.refillPerSecond)
      at = mono
      if (tokens < 1) return false
      tokens -= 1
      return true
    }
  }
}
