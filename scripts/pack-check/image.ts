import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { run } from "../packages.ts"

// The image of a package that has a Dockerfile, built and run where there is a Docker engine.

const succeeds = (command: string, args: ReadonlyArray<string>): Promise<boolean> =>
  run(command, args).then(() => true, () => false)

/**
 * Builds the image from the installed package `home`, as its Dockerfile says, with the packages that `npmrc` names a registry for,
 * and runs its program once. Without an engine (`docker info`) nothing is built.
 */
export const buildImage = async (home: string, npmrc: string, folder: string): Promise<ReadonlyArray<string>> => {
  if (!await succeeds("docker", ["info"])) {
    console.log("no Docker engine here: the image is not built")
    return []
  }
  const settings = join(folder, "image.npmrc")
  writeFileSync(settings, npmrc)
  const tag = `effect-sens-emulator-check:${process.pid}`
  try {
    // The registry is on this machine.
    await run("docker", ["build", "--network=host", "--secret", `id=npmrc,src=${settings}`, "--tag", tag, home])
    const help = await run("docker", ["run", "--rm", tag, "--help"])
    if (!help.includes("--completed-after")) return [`the image's program says: ${help.slice(0, 500)}`]
    console.log("the image was built, and its program runs")
    return []
  } catch (error) {
    return [`the image: ${error instanceof Error ? error.message : String(error)}`]
  } finally {
    await succeeds("docker", ["image", "rm", "--force", tag])
  }
}
