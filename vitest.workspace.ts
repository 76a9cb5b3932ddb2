import { globSync } from "node:fs"
import { basename, dirname, resolve } from "node:path"
import { defineConfig } from "vitest/config"
import { BaseSequencer, type TestSpecification } from "vitest/node"
import { generate } from "./scripts/doctest.ts"

generate()

// What Node has compiled once, of workers and of the hundreds of programs that tests start, it does not compile again. Coverage
// would be less precise.
if (!process.argv.includes("--coverage")) process.env.NODE_COMPILE_CACHE ??= resolve("node_modules/.cache/compiled")

/** Files that wait for minutes begin first, so that none of them is left alone at the end; vitest would go by their size. */
class LongestFirst extends BaseSequencer {
  override async sort(files: Array<TestSpecification>): Promise<Array<TestSpecification>> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = longest.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`))
      return at < 0 ? longest.length : at
    }
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b))
  }
}

const longest = [
  "outbox/test/Frozen.soak",
  "outbox/test/Cluster.soak",
  "outbox/test/Restart.soak",
  "emulator/test/Kill.soak",
  "outbox/test/Crash.soak",
  "cli/test/Send.soak",
  "cli/test/Settle.soak",
  "outbox/test/CampaignsCrash.soak",
  "http/test/Faults",
  "http/test/RetrySocket",
  "emulator/test/DataFile",
  "http/test/Dropped",
  "examples/test/feed",
  "core/test/EucKrCodec",
  "cli/test/listen/Listener",
  "outbox/test/Campaigns",
  "outbox/test/DeliveryFeed",
  "streams/test/BulkSend",
  "streams/test/Recipients",
  "outbox/test/CrashPoints"
]

const packages = globSync("packages/*/package.json").map((file) => basename(dirname(file))).sort()

export default defineConfig({
  test: {
    // Modules of ours keep no state, but for a decoder that does what its schema does, so files may share a worker: a worker a
    // file would take 200 ms each.
    isolate: false,
    // Of two cores vitest would take one; one more runs while others wait for servers and programs.
    maxWorkers: 3,
    // A slow machine is no failure.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    sequence: { concurrent: true, sequencer: LongestFirst },
    reporters: ["default", "./scripts/reporter.ts"],
    coverage: {
      provider: "v8",
      include: ["packages/*/src/**/*.ts"],
      exclude: ["packages/{benchmarks,examples}/**", "**/index.ts", "**/bin.ts"]
    },
    projects: [
      ...packages.map((name) => ({
        extends: true as const,
        test: {
          name,
          include: [`packages/${name}/test/**/*.test.ts`],
          exclude: ["**/*.{programs,soak}.test.ts"],
          // Many tests of the command line start it as a process, several times, which takes a while on a busy machine.
          ...(name === "cli" ? { testTimeout: 180_000, hookTimeout: 180_000 } : undefined),
          globalSetup: name === "cli" ? ["packages/cli/test/support/bundle.ts"] : []
        }
      })),
      // Programs that are started by the dozen, and killed: the work of minutes, which `npm test` leaves to a gate of its own.
      {
        extends: true as const,
        test: {
          name: "programs",
          include: ["packages/*/test/**/*.programs.test.ts"],
          globalSetup: ["packages/cli/test/support/bundle.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 1 }
        }
      },
      // Processes that are killed, frozen and cut off until nothing may be lost: they take minutes, most of which is waiting, and
      // have a gate of their own, too.
      {
        extends: true as const,
        test: {
          name: "soak",
          include: ["packages/*/test/**/*.soak.test.ts"],
          globalSetup: ["packages/cli/test/support/bundle.ts"],
          maxWorkers: 9,
          sequence: { groupOrder: 2 }
        }
      },
      {
        extends: true as const,
        test: { name: "doctest", include: ["packages/*/.doctest/*.test.ts"] }
      }
    ]
  }
})
