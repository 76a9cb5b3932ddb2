/** Times that a test can wait for. */
export const fences = {
  emulator: { timestampTolerance: "4 seconds", visibleAfter: "200 millis", completedAfter: "1 second" },
  client: {
    reconcile: { timestampTolerance: "4 seconds", visibilityLag: "1 second" }
  }
} as const
