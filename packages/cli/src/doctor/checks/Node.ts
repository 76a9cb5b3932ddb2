/**
 * Whether this machine runs what is needed.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as ExitCode from "../../ExitCode.ts"
import * as Check from "../Check.ts"

const least = [22, 19] as const

const isNew = (version: string): boolean => {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number)
  return major > least[0] || (major === least[0] && minor >= least[1])
}

export const check: Check.Check = {
  number: 1,
  id: "node",
  title: { en: "Node and effect-sens", ko: "Node와 effect-sens" },
  mode: "offline",
  needs: "nothing",
  expected: { en: `Node ${least.join(".")} or later`, ko: `Node ${least.join(".")} 이상` },
  determines: { en: "whether everything else can run", ko: "나머지를 실행할 수 있는지" },
  run: Effect.map(Check.Bench, ({ machine: { node, version } }) => {
    const facts = { node, version }
    const said = { en: `Node ${node}, effect-sens ${version}`, ko: `Node ${node}, effect-sens ${version}` }
    return isNew(node) ? Check.ok(said, facts) : Check.bad(
      ExitCode.table.usage.code,
      {
        en: `${said.en}: Node ${least.join(".")} or later is needed`,
        ko: `${said.ko}: Node ${least.join(".")} 이상이 필요합니다`
      },
      facts
    )
  })
}
