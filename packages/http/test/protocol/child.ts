/**
 * Explores what it is told to, in a process of its own.
 */
import { explore } from "./explore.ts"
import type { Task } from "./task.ts"

process.on("message", ({ must, off, world }: Task) => {
  process.send?.(explore(world, off, must))
})
