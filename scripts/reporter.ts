import type { Reporter, SerializedError, TestModule } from "vitest/node"

// The one line that any CI can count, and the last one of a run: "9 passed, 0 failed, 0 skipped".
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandled: ReadonlyArray<SerializedError>): void {
    const states = modules.flatMap((module) => Array.from(module.children.allTests(), (test) => test.result().state))
    const count = (state: string) => states.filter((_) => _ === state).length
    // A file that cannot be loaded has no test that could fail.
    const broken = modules.filter((module) => module.errors().length > 0).length + unhandled.length
    console.log(`${count("passed")} passed, ${count("failed") + broken} failed, ${count("skipped")} skipped`)
  }
}
