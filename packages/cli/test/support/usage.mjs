// What a process took, written where `USAGE` says once it ends.
import { existsSync, readFileSync, writeFileSync } from "node:fs"

/** In MB. What `resourceUsage` says of a process begins with the peak of the one that started it. */
const peak = () => {
  const status = "/proc/self/status"
  const found = existsSync(status) ? /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(status, "utf8")) : null
  return (found === null ? process.resourceUsage().maxRSS : Number(found[1])) / 1024
}

process.on("exit", () => {
  const { systemCPUTime, userCPUTime } = process.resourceUsage()
  const usage = {
    peak: peak(),
    processor: (userCPUTime + systemCPUTime) / 1e6,
    seconds: performance.now() / 1000
  }
  writeFileSync(process.env.USAGE, JSON.stringify(usage))
})
