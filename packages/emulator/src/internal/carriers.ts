/**
 * The carriers, as people look for them.
 */
const aliases: Readonly<Record<string, ReadonlyArray<string>>> = {
  SKT: ["skt", "sk텔레콤", "sk telecom", "에스케이텔레콤"],
  KTF: ["kt", "ktf", "케이티"],
  LGT: ["lgu+", "lg u+", "lgt", "lguplus", "lg유플러스", "lg 유플러스", "유플러스", "엘지유플러스"]
}

/** Whether a word, in lower case, names a carrier. */
export const isNamed = (telcoCode: string, word: string): boolean =>
  aliases[telcoCode]?.includes(word) ?? telcoCode.toLowerCase() === word

/** Whether there is a carrier that a word, in lower case, could name. */
export const mayName = (word: string): boolean =>
  word.length <= 12 && (/^[a-z+_\d-]{2,12}$/.test(word) || Object.values(aliases).some((each) => each.includes(word)))
