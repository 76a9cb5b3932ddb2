// Its tools, as its server registers them, over its own client with the `baseUrl` option.
import { pathToFileURL } from "node:url"

const part = (path) =>
  import(pathToFileURL(new URL(`../node_modules/ncloud-mcp-server/dist/${path}`, import.meta.url).pathname).href)

export const make = async ({ accessKey, baseUrl, secretKey, serviceId }) => {
  const { registerSensTools } = await part("tools/application-sens.js")
  const { NcloudClient } = await part("client/ncloud-client.js")
  const tools = new Map()
  const register = (name, ...rest) => tools.set(name, rest.at(-1))
  registerSensTools({ registerTool: register, tool: register }, new NcloudClient({ accessKey, secretKey, baseUrl }))
  return {
    tool: async (name, params) => {
      const answer = await tools.get(`ncloud_sens_${name}`)({ serviceId, ...params })
      const said = answer.content.map(({ text }) => text).join("\n")
      if (answer.isError) throw new Error(said)
      try {
        return JSON.parse(said)
      } catch {
        return said
      }
    }
  }
}
