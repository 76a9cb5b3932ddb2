// 5,000 recipients, a good part of whose requests meet a fault; ended ten times at random moments by ^C, TERM, HUP and kill -9, and gone on
// with until it is done. A seed may be named: `node packages/cli/test/long/campaign.ts 12`.
import { table } from "../support/figures.ts"
import * as Soak from "../support/soak.ts"

const seed = Number(process.argv[2] ?? process.pid)
const begun = process.hrtime.bigint()
const outcome = await Soak.run({ recipients: 5000, kills: 10, seed, rate: "3/s", longest: 3000 })

console.log(`seed ${seed}, ${Number(process.hrtime.bigint() - begun) / 1e9} s, ${outcome.faults} faults met`)
console.log(`ended by ${outcome.ends.join(", ")}`)
for (const line of outcome.wrong) console.log(line)
process.exitCode = table([
    { what: "recipients who got none", is: outcome.lost, most: 0 },
    { what: "recipients who got two", is: outcome.doubled, most: 0 },
    { what: "duplicates, as the emulator finds them", is: outcome.duplicates, most: 0 },
    { what: "times it was ended", is: outcome.ends.length, least: 10 },
    { what: "faults met", is: outcome.faults, least: 1 },
    { what: "runs that ended otherwise than they should", is: outcome.wrong.length, most: 0 },
    { what: "code of the last run", is: outcome.code ?? Number.NaN, most: 0 }
  ])
  ? 0
  : 1
