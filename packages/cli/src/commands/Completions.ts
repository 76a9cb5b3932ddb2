/**
 * `effect-sens completions`: what a shell needs to complete command lines.
 *
 * @since 0.1.0
 */
import * as Argument from "effect/cli/Argument"
import type * as Command from "effect/cli/Command"
import * as Definition from "../Definition.ts"
import type { Both, Language } from "../Language.ts"

export const texts = {
  command: { en: "Print a completion script for a shell", ko: "셸 자동 완성 스크립트를 출력합니다" },
  shell: { en: "The shell", ko: "셸" },
  bash: { en: "For this shell, in bash", ko: "지금 bash에서 바로 쓰기" },
  zsh: { en: "For zsh, into a folder of $fpath", ko: "zsh에서 쓰기. $fpath에 있는 폴더에 둡니다" },
  fish: { en: "For fish", ko: "fish에서 쓰기" }
} as const satisfies { readonly [name: string]: Both }

export const parameters = (language: Language) => ({
  shell: Argument.Literals("shell", ["bash", "zsh", "fish", "powershell"]).pipe(
    Argument.withDescription(texts.shell[language])
  )
})

export type Input = Command.Command.Config.Infer<ReturnType<typeof parameters>>

export const definition = Definition.leaf({
  name: "completions",
  description: texts.command,
  examples: [
    { command: "source <(effect-sens completions bash)", says: texts.bash },
    { command: "effect-sens completions zsh > ~/.zfunc/_effect-sens", says: texts.zsh },
    { command: "effect-sens completions fish > ~/.config/fish/completions/effect-sens.fish", says: texts.fish }
  ],
  uses: [],
  parameters,
  handler: () => import("./Completions.handler.ts")
})
