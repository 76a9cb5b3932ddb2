/**
 * Whether the gateway refuses an old timestamp, and from which age on: what a proof that nothing was accepted rests on.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Asking from "../Asking.ts"
import * as Check from "../Check.ts"
import type * as Wire from "../Wire.ts"

const second = 1000

/** The documents say five minutes. What is a little less is to be taken, and what is a little more refused. */
const documented = [290 * second, 310 * second, 360 * second] as const

/** Where that is still taken, so far is looked for an end; a gateway that takes this asks for none. */
const farther = [15 * 60 * second, 60 * 60 * second, 24 * 60 * 60 * second] as const

const near = 20 * second

type Probed = Result.Result<boolean, Wire.Exchange>

const probe = Effect.fnUntraced(function*(age: number): Effect.fn.Return<Probed, never, Check.Bench> {
  const wire = yield* Asking.wire
  const now = yield* wire.now
  const found = yield* Asking.search(wire, Asking.window(now - Asking.minute, now), { age })
  if (found._tag === "Page") return Result.succeed(true)
  const { exchange } = found
  return exchange._tag === "Answered" && exchange.status === 401 ? Result.succeed(false) : Result.fail(exchange)
})

/** Between which ages it begins to be refused, in one direction: 1 for older, -1 for ahead. */
const side = Effect.fnUntraced(
  function*(direction: 1 | -1): Effect.fn.Return<Result.Result<Check.Fence, Wire.Exchange>, never, Check.Bench> {
    let accepted = 0
    let refused: number | undefined
    for (const age of [...documented, ...farther]) {
      const taken = yield* probe(direction * age)
      if (Result.isFailure(taken)) return Result.fail(taken.failure)
      if (taken.success) accepted = age
      else {
        refused = age
        // The rest of the documented ages tells whether it goes on so.
        break
      }
    }
    while (refused !== undefined && refused - accepted > near) {
      const middle = Math.round((accepted + refused) / 2 / second) * second
      const taken = yield* probe(direction * middle)
      if (Result.isFailure(taken)) return Result.fail(taken.failure)
      if (taken.success) accepted = middle
      else refused = middle
    }
    // A gateway that refuses one may take what is older yet: then it is no fence.
    const beyond = refused === undefined ? undefined : yield* probe(direction * Math.max(refused * 2, documented[2]))
    if (beyond !== undefined && Result.isFailure(beyond)) return Result.fail(beyond.failure)
    return Result.succeed({ accepted, refused: beyond?.success === true ? undefined : refused })
  }
)

const shown = ({ accepted, refused }: Check.Fence): string =>
  refused === undefined ? "-" : `${accepted / second}-${refused / second}`

export const check: Check.Check = {
  number: 6,
  id: "fence",
  title: { en: "The fence: old timestamps are refused", ko: "펜스: 오래된 서명 시각은 거절됨" },
  mode: "online",
  needs: "signature",
  expected: {
    en: "taken at 290 s, refused at 310 s and 360 s, older and ahead",
    ko: "앞뒤로 290초는 접수, 310초와 360초는 거절"
  },
  determines: {
    en: "timestampTolerance; where nothing is refused, onAmbiguous: \"fail\" and the outbox's onOpen: \"hold\"",
    ko: "timestampTolerance. 거절하지 않으면 onAmbiguous: \"fail\", 아웃박스는 onOpen: \"hold\""
  },
  run: Effect.gen(function*() {
    const { learned } = yield* Check.Bench
    const older = yield* side(1)
    if (Result.isFailure(older)) return Asking.unmeasured(older.failure)
    const ahead = yield* side(-1)
    if (Result.isFailure(ahead)) return Asking.unmeasured(ahead.failure)
    // What keeps old bytes out is the older side. That a timestamp ahead is taken as well takes nothing from it.
    const fence = older.success
    const isEnforced = fence.refused !== undefined
    learned.fence = fence
    const facts = {
      enforced: isEnforced,
      olderAcceptedSeconds: older.success.accepted / second,
      olderRefusedSeconds: older.success.refused === undefined ? null : older.success.refused / second,
      aheadAcceptedSeconds: ahead.success.accepted / second,
      aheadRefusedSeconds: ahead.success.refused === undefined ? null : ahead.success.refused / second
    }
    if (!isEnforced) {
      return Check.amiss({
        en:
          "the fence is not enforced: old timestamps are accepted, so nothing proves that a lost send was not accepted. Set onAmbiguous: \"fail\", and the outbox's onOpen: \"hold\"",
        ko:
          "펜스가 적용되지 않습니다. 오래된 서명 시각도 접수되므로, 응답을 잃은 발송이 접수되지 않았다고 증명할 수 없습니다. onAmbiguous: \"fail\", 아웃박스는 onOpen: \"hold\"로 설정하십시오"
      }, facts)
    }
    const isAhead = ahead.success.refused !== undefined
    const says = {
      en: `enforced: refused from ${shown(fence)} s old${
        isAhead ? `, and ${shown(ahead.success)} s ahead` : "; what is ahead is taken"
      }`,
      ko: `적용됨: ${shown(fence)}초 지난 것부터${
        isAhead ? `, ${shown(ahead.success)}초 앞선 것부터 거절` : " 거절. 앞선 것은 접수됨"
      }`
    }
    const isDocumented = [fence, ahead.success].every(({ accepted, refused }) =>
      accepted === documented[0] && refused === documented[1]
    )
    return isDocumented ? Check.ok(says, facts) : Check.note({
      en: `${says.en}; the documents say 5 minutes`,
      ko: `${says.ko}. 문서에는 5분으로 되어 있습니다`
    }, facts)
  })
}
