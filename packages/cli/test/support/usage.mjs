// What a process took, written where `USAGE` says once it ends.
import { writeFileSync } from "node:fs"

process.on("exit", () => {
  const { maxRSS, systemCPUTime, userCPUTime } = process.resourceUsage()
  const usage = {
    peak: maxRSS / 1024,
    processor: (userCPUTime + systemCPUTime) / 1e6,
    seconds: performance.now() / 1000
  }
  writeFileSync(process.env.USAGE, JSON.stringify(usage))
})
