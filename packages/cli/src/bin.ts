#!/usr/bin/env node
/**
 * `effect-sens`: text messages by NAVER Cloud SENS, from a terminal.
 *
 * An old Node has to be able to read this file, so it imports nothing before it knows which one it is.
 *
 * @since 0.1.0
 */
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number)

if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `effect-sens needs Node.js 22.19 or newer; this is ${process.versions.node}.\n` +
      `effect-sens에는 Node.js 22.19 이상이 필요합니다. 지금 버전은 ${process.versions.node}입니다.\n`
  )
  process.exitCode = 2
} else {
  await import("./main.ts")
}
