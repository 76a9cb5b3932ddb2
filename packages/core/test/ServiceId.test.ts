import * as ServiceId from "@effect-sens/core/ServiceId"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"

describe("ServiceId", () => {
  it.each(["ncp:sms:kr:000000000000:demo", "ncp:sms:fkr:000000000000:demo", "ncp:sms:kr:0:a:b"])("takes %s", (id) => {
    assert.strictEqual(String(ServiceId.make(id)), id)
  })

  it.each([
    "",
    "demo",
    "ncp:sms:kr:000000000000",
    "ncp:sms:kr:000000000000:",
    "ncp::kr:0:demo",
    "aws:sms:kr:0:demo",
    "ncp:kkobizmsg:kr:000000000000:demo",
    "ncp:push:kr:000000000000:demo",
    "NCP:SMS:KR:000000000000:demo",
    "ncp:sms:kr:000000000000:demo ",
    " ncp:sms:kr:000000000000:demo",
    "ncp:sms:kr:000000000000:demo\n",
    "\"ncp:sms:kr:000000000000:demo\""
  ])("refuses %j", (id) => {
    assert.throws(() => ServiceId.make(id))
  })

  it.prop("decodes what it encodes", [ServiceId.ServiceId], ([id]) => {
    assert.strictEqual(Schema.decodeUnknownSync(ServiceId.ServiceId)(Schema.encodeSync(ServiceId.ServiceId)(id)), id)
  })
})
