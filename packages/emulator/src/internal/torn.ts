/**
 * Whether bytes are the beginning of a line that was being written when the program died.
 */

const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y
const openEscape = /\\(?:u[0-9a-fA-F]{0,3})?$/y

/** Where a string ends that begins here: past its quote, at the end of a text that cuts it, or nowhere if it is none. */
const stringEnd = (text: string, start: number): { readonly end: number; readonly whole: boolean } | undefined => {
  if (text[start] !== "\"") return undefined
  let at = start + 1
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code === 0x22) return { end: at + 1, whole: true }
    if (code < 0x20) return undefined
    if (code !== 0x5c) at++
    else {
      escape.lastIndex = at
      openEscape.lastIndex = at
      if (escape.test(text)) at = escape.lastIndex
      else return openEscape.test(text) ? { end: text.length, whole: false } : undefined
    }
  }
  return { end: at, whole: false }
}

const scalar = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|true|false|null/y
const openScalar = /(?:-|-?\d[\d.e+-]*|t|tr|tru|f|fa|fal|fals|n|nu|nul)$/y

/** Whether a text is the beginning of JSON that was written without a space. */
const isOpenJson = (text: string): boolean => {
  const stack: Array<"{" | "["> = []
  let at = 0
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found === null) return false
    at += found[0].length
    return true
  }
  const takeString = (whole: boolean): boolean => {
    const found = stringEnd(text, at)
    if (found === undefined || found.whole !== whole) return false
    at = found.end
    return true
  }
  // What may come next.
  let next: "value" | "firstValue" | "firstKey" | "key" | "colon" | "after" = "value"
  while (at < text.length) {
    const char = text[at]
    if (next === "after") {
      const top = stack.at(-1)
      if (top === undefined) return false
      if (char === ",") next = top === "{" ? "key" : "value"
      else if (char === (top === "{" ? "}" : "]")) stack.pop()
      else return false
      at++
    } else if (next === "colon") {
      if (char !== ":") return false
      next = "value"
      at++
    } else if (next === "key" || next === "firstKey") {
      if (next === "firstKey" && char === "}") {
        stack.pop()
        next = "after"
        at++
      } else if (takeString(true)) next = "colon"
      else return takeString(false)
    } else if (char === "{" || char === "[") {
      stack.push(char)
      next = char === "{" ? "firstKey" : "firstValue"
      at++
    } else if (next === "firstValue" && char === "]") {
      stack.pop()
      next = "after"
      at++
    } else if (takeString(true) || take(scalar)) next = "after"
    else return takeString(false) || take(openScalar)
  }
  return stack.length > 0
}

// The last character may have been cut in its middle; nothing else may be wrong with it.
const decode = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true })
  } catch {
    return undefined
  }
}

/** Whether the bytes are a line of which the end is missing, and that begins as one of these do. */
export const isTorn = (bytes: Uint8Array, tags: ReadonlyArray<string>): boolean => {
  const text = decode(bytes)
  if (text === undefined || !isOpenJson(text)) return false
  return tags.some((tag) => {
    const start = `{"_tag":"${tag}"`
    return text.length < start.length ? start.startsWith(text) : text.startsWith(start)
  })
}
