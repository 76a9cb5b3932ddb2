const client = (input, target) => ({
  input,
  output: {
    target,
    client: "fetch",
    override: { mutator: { path: "./transport.ts", name: "transport" }, fetch: { includeHttpResponseReturnType: true } }
  }
})

export default {
  sens: client(`${process.env.SENS_EMULATOR}/openapi.json`, "dist/orval/sens.ts"),
  control: client(`${process.env.SENS_EMULATOR}/__emulator/openapi.json`, "dist/orval/control.ts")
}
