// @effect-diagnostics missingPipeableSignature:off

/**
 * `text.charCodeAt(index)` without the property lookup. An engine keeps strings in many shapes (flat, joined, sliced, interned, of one or two bytes a
 * unit), and once a loop has met more than four of them, looking the method up costs more than the rest of the loop together.
 *
 * @internal
 */
export const unitAt: (text: string, index: number) => number = /* @__PURE__ */ Function.prototype.call.bind(
  String.prototype.charCodeAt
)
