import * as DeliveryCode from "@effect-sens/core/DeliveryCode"
import { describe, expect, test } from "tstyche"

declare const code: DeliveryCode.DeliveryCode

describe("DeliveryCode.match", () => {
  test("needs every table", () => {
    expect(DeliveryCode.match).type.toBeCallableWith(code, {
      Report: () => 1,
      Response: () => "2",
      Emma: () => true,
      Unknown: () => null
    })
    expect(DeliveryCode.match).type.not.toBeCallableWith(code, {
      Report: () => 1,
      Response: () => "2",
      Emma: () => true
    })
    expect(DeliveryCode.match).type.not.toBeCallableWith({ Report: () => 1, Response: () => 1, Emma: () => 1 })
  })

  test("gives the union of what its cases give", () => {
    expect(DeliveryCode.match(code, {
      Report: () => 1,
      Response: () => "2",
      Emma: () => true,
      Unknown: () => null
    })).type.toBe<number | string | boolean | null>()
  })
})

describe("DeliveryCode.Known", () => {
  test("a record over all codes must be complete", () => {
    const { "0": _, ...incomplete } = {} as Record<DeliveryCode.Known["code"], string>
    expect<Record<DeliveryCode.Known["code"], string>>().type.not.toBeAssignableFrom(incomplete)
  })

  test("only a report has a classification", () => {
    expect<DeliveryCode.Report>().type.toHaveProperty("classification")
    expect<DeliveryCode.Response>().type.not.toHaveProperty("classification")
    expect<DeliveryCode.Emma>().type.not.toHaveProperty("classification")
  })
})
