// What orval's clients send by: it signs what goes to the service.
import { sign } from "../../packages/examples/src/docs/testing/sign.ts"

const { SENS_ACCESS_KEY: accessKey = "", SENS_EMULATOR: url = "", SENS_SECRET_KEY: secretKey = "" } = process.env

export const transport = async <A>(path: string, init: RequestInit): Promise<A> => {
  const request = new Request(`${url}${path}`, init)
  const response = await fetch(path.startsWith("/sms/") ? await sign(request, { accessKey, secretKey }) : request)
  const text = await response.text()
  return { status: response.status, data: text === "" ? undefined : JSON.parse(text), headers: response.headers } as A
}
