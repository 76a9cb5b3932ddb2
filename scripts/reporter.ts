import type { Reporter, TestModule } from "vitest/node"

// The one line that any CI can count: "9 passed, 0 failed".
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>): void {
    const states = modules.flatMap((module) => Array.from(module.children.allTests(), (test) => test.result().state))
    const count = (state: string) => states.filter((_) => _ === state).length
    console.log(`${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped`)
  }
}
