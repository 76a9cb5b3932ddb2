/**
 * `effect-sens files`: pictures for MMS.
 *
 * @since 0.1.0
 */
import * as Argument from "effect/cli/Argument"
import type * as Command from "effect/cli/Command"
import * as Definition from "../Definition.ts"
import * as Globals from "../Globals.ts"
import type { Both, Language } from "../Language.ts"

export const texts = {
  command: { en: "Pictures for MMS", ko: "MMS 그림 파일" },
  upload: {
    en: "Upload JPEGs of up to 300 KB and 1500 x 1440 pixels",
    ko: "JPEG 파일을 올립니다. 300KB, 1500 x 1440 픽셀 이하"
  },
  files: { en: "The files", ko: "파일" }
} as const satisfies { readonly [name: string]: Both }

export const parameters = (language: Language) => ({
  files: Argument.File("file").pipe(Argument.withDescription(texts.files[language]), Argument.atLeast(1))
})

export type Input = Command.Command.Config.Infer<ReturnType<typeof parameters>>

export const definition = Definition.group({
  name: "files",
  description: texts.command,
  commands: [
    Definition.leaf({
      name: "upload",
      description: texts.upload,
      uses: Globals.keys,
      formats: ["table", "json"],
      parameters,
      handler: () => import("./FilesUpload.handler.ts")
    })
  ]
})
