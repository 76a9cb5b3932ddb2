import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { run, temporary } from "./support/program.ts"

const has = (shell: string): boolean => spawnSync(shell, ["-c", "exit 0"]).status === 0

const script = async (shell: string): Promise<string> => {
  const { code, stdout } = await run(["completions", shell])
  assert.strictEqual(code, 0)
  return stdout
}

describe("completions", () => {
  it.skipIf(!has("bash"))("in bash: commands, flags of many commands, values, files", async () => {
    using folder = temporary()
    writeFileSync(join(folder.path, "effect-sens.bash"), await script("bash"))
    writeFileSync(join(folder.path, "list.txt"), "")
    const complete = (...words: ReadonlyArray<string>) => {
      const line = words.map((word) => `'${word}'`).join(" ")
      const { status, stderr, stdout } = spawnSync("bash", [
        "--norc",
        "-c",
        [
          "source ./effect-sens.bash",
          `COMP_WORDS=(effect-sens ${line})`,
          "COMP_CWORD=$((${#COMP_WORDS[@]} - 1))",
          "COMP_LINE=\"${COMP_WORDS[*]}\"",
          "COMP_POINT=${#COMP_LINE}",
          "$(complete -p effect-sens | sed 's/.*-F \\([^ ]*\\).*/\\1/') effect-sens \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD-1]}\"",
          "printf '%s\\n' \"${COMPREPLY[@]}\""
        ].join("\n")
      ], { cwd: folder.path, encoding: "utf8" })
      assert.deepStrictEqual([status, stderr], [0, ""])
      return stdout.trim().split("\n")
    }
    assert.includeMembers(complete(""), ["bytes", "code", "completions", "unsubscribes"])
    assert.includeMembers(complete("unsubscribes", ""), ["list", "has", "add", "remove"])
    assert.includeMembers(complete("unsubscribes", "list", "--"), [
      "--out",
      "--profile",
      "--format",
      "--lang",
      "--help"
    ])
    assert.notInclude(complete("bytes", "--"), "--profile")
    assert.sameMembers(complete("bytes", "x", "--format", ""), ["table", "json"])
    assert.sameMembers(complete("code", "--all", "--format", ""), ["table", "json", "csv"])
    assert.sameMembers(complete("--lang", ""), ["ko", "en"])
    assert.include(complete("unsubscribes", "has", "--list", "li"), "list.txt")
  })

  for (const shell of ["zsh", "fish"]) {
    it.skipIf(!has(shell))(`in ${shell}: it can be sourced`, async () => {
      using folder = temporary()
      const file = join(folder.path, "completions")
      writeFileSync(file, await script(shell))
      const { status, stderr } = spawnSync(
        shell,
        shell === "zsh" ? ["-fc", `autoload -Uz compinit; compinit -u; source ${file}`] : ["-c", `source ${file}`],
        { encoding: "utf8", env: { ...process.env, HOME: folder.path } }
      )
      assert.deepStrictEqual([status, stderr], [0, ""])
    })
  }

  it("for each shell knows the flags of many commands", async () => {
    for (const shell of ["bash", "zsh", "fish", "powershell"]) {
      const text = await script(shell)
      assert.notInclude(text, "--completions", shell)
      for (const flag of ["profile", "format", "yes", "show-numbers"]) assert.include(text, flag, shell)
    }
  })
})
