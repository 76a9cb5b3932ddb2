import { defineConfig } from "vitest/config"
import { generate } from "./scripts/doctest.ts"

generate()

const packages = ["core", "http", "streams", "emulator"]

export default defineConfig({
  test: {
    sequence: { concurrent: true },
    reporters: process.env.CI === undefined ? ["default"] : ["default", "./scripts/reporter.ts"],
    coverage: {
      provider: "v8",
      include: ["packages/*/src/**/*.ts"],
      exclude: ["**/index.ts", "**/bin.ts"]
    },
    projects: [
      ...packages.map((name) => ({
        extends: true as const,
        root: `packages/${name}`,
        test: { name, include: ["test/**/*.test.ts"] }
      })),
      {
        extends: true as const,
        test: { name: "doctest", include: ["packages/*/.doctest/*.test.ts"] }
      }
    ]
  }
})
