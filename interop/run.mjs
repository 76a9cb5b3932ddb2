// `node run.mjs <client>`: reads steps as JSON from standard input, does them one after the other with that client, and writes
// what came back, or the error, as JSON.
import { text } from "node:stream/consumers"

const account = {
  accessKey: process.env.SENS_ACCESS_KEY,
  secretKey: process.env.SENS_SECRET_KEY,
  serviceId: process.env.SENS_SERVICE_ID,
  from: process.env.SENS_FROM,
  baseUrl: process.env.SENS_EMULATOR
}

const { make } = await import(`./clients/${process.argv[2]}.mjs`)
const client = await make(account)
const answers = []
for (const [operation, ...args] of JSON.parse(await text(process.stdin))) {
  try {
    answers.push({ value: (await client[operation](...args)) ?? null })
  } catch (error) {
    answers.push({ error: String(error?.message ?? error) })
  }
}
process.stdout.write(JSON.stringify(answers))
