/**
 * Waiting for what happens by itself.
 */

const again = 1000

/**
 * How long to wait for what is due at a time. What was due before all that was due was let in is still there since it could not be
 * written down: it is tried again after a second, not as fast as the machine can.
 */
export const wait = (due: number, settledAt: number, now: number): number =>
  due <= settledAt ? again : Math.max(0, Math.ceil(due - now))
