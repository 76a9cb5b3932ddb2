/**
 * `effect-sens unsubscribes`: the numbers that refused advertisements.
 *
 * @since 0.1.0
 */
import * as Argument from "effect/cli/Argument"
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Definition from "../Definition.ts"
import * as Globals from "../Globals.ts"
import type { Both, Language } from "../Language.ts"

export const texts = {
  command: { en: "Numbers that refused advertisements (080)", ko: "080 수신 거부 번호" },
  list: { en: "List the numbers that refused advertisements", ko: "수신 거부한 번호의 목록" },
  add: { en: "Put numbers on the list", ko: "번호를 수신 거부 목록에 넣습니다" },
  remove: {
    en: "Take numbers off the list: who refused must have agreed again",
    ko: "번호를 수신 거부 목록에서 뺍니다. 받는 사람이 다시 동의했어야 합니다"
  },
  has: { en: "Tell whether numbers are on the list", ko: "번호가 목록에 있는지 알려 줍니다" },
  numbers: { en: "The numbers", ko: "전화번호" },
  file: {
    en: "A list, as check reads it, or a file with a number on each line",
    ko: "check가 읽는 명단, 또는 한 줄에 번호 하나씩 든 파일"
  },
  out: { en: "A CSV file for the numbers in full", ko: "전화번호 전체를 담을 CSV 파일" }
} as const satisfies { readonly [name: string]: Both }

const numbers = (language: Language) => ({
  numbers: Argument.String("number").pipe(Argument.withDescription(texts.numbers[language]), Argument.variadic()),
  list: Flag.File("list").pipe(Flag.withDescription(texts.file[language]), Flag.optional)
})

export const parameters = {
  list: (language: Language) => ({
    out: Flag.File("out").pipe(Flag.withDescription(texts.out[language]), Flag.optional)
  }),
  numbers
}

export type List = Command.Command.Config.Infer<ReturnType<typeof parameters.list>>

export type Numbers = Command.Command.Config.Infer<ReturnType<typeof numbers>>

export const definition = Definition.group({
  name: "unsubscribes",
  description: texts.command,
  commands: [
    Definition.leaf({
      name: "list",
      description: texts.list,
      uses: [...Globals.keys, "showNumbers"],
      formats: ["table", "json", "csv"],
      parameters: parameters.list,
      handler: () => import("./UnsubscribesList.handler.ts")
    }),
    Definition.leaf({
      name: "has",
      description: texts.has,
      uses: [...Globals.keys, "showNumbers"],
      formats: ["table", "json", "csv"],
      parameters: parameters.numbers,
      handler: () => import("./UnsubscribesHas.handler.ts")
    }),
    Definition.leaf({
      name: "add",
      description: texts.add,
      uses: Globals.keys,
      formats: ["table", "json"],
      parameters: parameters.numbers,
      handler: () => import("./UnsubscribesAdd.handler.ts")
    }),
    Definition.leaf({
      name: "remove",
      description: texts.remove,
      uses: [...Globals.keys, "yes"],
      formats: ["table", "json"],
      parameters: parameters.numbers,
      handler: () => import("./UnsubscribesRemove.handler.ts")
    })
  ]
})
