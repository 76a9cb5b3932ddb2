/**
 * `effect-sens profiles`: keys by a name.
 *
 * @since 0.1.0
 */
import * as Argument from "effect/cli/Argument"
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Definition from "../Definition.ts"
import type { Both, Language } from "../Language.ts"

export const texts = {
  command: {
    en: "Keys by a name, in a file that you alone can read",
    ko: "이름을 붙인 인증 키. 본인만 읽을 수 있는 파일에 둡니다"
  },
  list: { en: "List the profiles", ko: "프로필을 나열합니다" },
  add: {
    en: "Add a profile: it asks for the keys, or takes them from flags and stdin",
    ko: "프로필을 추가합니다. 인증 키를 물어보거나 플래그와 표준 입력에서 받습니다"
  },
  show: {
    en: "Show what a profile says, without its keys",
    ko: "프로필의 설정을 보여 줍니다. 키는 보여 주지 않습니다"
  },
  remove: { en: "Remove a profile and its keys", ko: "프로필과 그 키를 지웁니다" },
  path: { en: "Print where the profiles are kept", ko: "프로필 파일의 위치를 알려 줍니다" },
  name: { en: "The name; default is used where none is named", ko: "이름. default는 따로 고르지 않았을 때 쓰입니다" },
  accessKey: { en: "The access key; it asks where there is none", ko: "액세스 키. 주지 않으면 물어봅니다" },
  secretKeyStdin: { en: "Read the secret key from stdin", ko: "시크릿 키를 표준 입력에서 읽습니다" },
  secretKeyCommand: {
    en: "A command that prints the secret key, which is then kept nowhere: op read op://vault/sens/secret",
    ko: "시크릿 키를 출력하는 명령. 키를 저장하지 않습니다: op read op://vault/sens/secret"
  },
  zone: {
    en: "Whose zone of NAVER Cloud: public, unless said otherwise",
    ko: "네이버 클라우드의 존. 기본은 public (government 공공, financial 금융)"
  },
  from: { en: "The sender of what is sent with it", ko: "이 프로필의 발신번호" },
  replace: { en: "Put it in the place of one of the same name", ko: "같은 이름의 프로필을 바꿉니다" }
} as const satisfies { readonly [name: string]: Both }

const name = (language: Language) => Argument.String("name").pipe(Argument.withDescription(texts.name[language]))

export const parameters = {
  none: () => ({}),
  add: (language: Language) => {
    const said = (text: keyof typeof texts) => <A>(flag: Flag.Flag<A>) =>
      Flag.withDescription(flag, texts[text][language])
    return {
      name: name(language),
      accessKey: Flag.String("access-key").pipe(Flag.withMetavar("key"), said("accessKey"), Flag.optional),
      secretKeyStdin: Flag.Boolean("secret-key-stdin").pipe(
        Flag.withoutNegation,
        said("secretKeyStdin"),
        Flag.withDefault(false)
      ),
      secretKeyCommand: Flag.String("secret-key-command").pipe(
        Flag.withMetavar("command"),
        said("secretKeyCommand"),
        Flag.optional
      ),
      zone: Flag.Literals("zone", ["public", "government", "financial"]).pipe(said("zone"), Flag.optional),
      from: Flag.String("from").pipe(Flag.withMetavar("number"), said("from"), Flag.optional),
      replace: Flag.Boolean("replace").pipe(Flag.withoutNegation, said("replace"), Flag.withDefault(false))
    }
  },
  one: (language: Language) => ({ name: name(language) })
}

export type Add = Command.Command.Config.Infer<ReturnType<typeof parameters.add>>

export type One = Command.Command.Config.Infer<ReturnType<typeof parameters.one>>

export const definition = Definition.group({
  name: "profiles",
  description: texts.command,
  commands: [
    Definition.leaf({
      name: "list",
      description: texts.list,
      uses: [],
      formats: ["table", "json"],
      parameters: parameters.none,
      handler: () => import("./ProfilesList.handler.ts")
    }),
    Definition.leaf({
      name: "add",
      description: texts.add,
      examples: [{
        command: "effect-sens profiles add default",
        says: { en: "It asks for the keys", ko: "인증 키를 물어봅니다" }
      }],
      uses: ["service", "baseUrl"],
      formats: ["table", "json"],
      parameters: parameters.add,
      handler: () => import("./ProfilesAdd.handler.ts")
    }),
    Definition.leaf({
      name: "show",
      description: texts.show,
      uses: ["showNumbers"],
      formats: ["table", "json"],
      parameters: parameters.one,
      handler: () => import("./ProfilesShow.handler.ts")
    }),
    Definition.leaf({
      name: "remove",
      description: texts.remove,
      uses: ["yes"],
      formats: ["table", "json"],
      parameters: parameters.one,
      handler: () => import("./ProfilesRemove.handler.ts")
    }),
    Definition.leaf({
      name: "path",
      description: texts.path,
      uses: [],
      formats: ["table", "json"],
      parameters: parameters.none,
      handler: () => import("./ProfilesPath.handler.ts")
    })
  ]
})
