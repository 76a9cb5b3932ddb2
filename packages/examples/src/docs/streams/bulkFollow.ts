import * as MessageRecord from "@effect-sens/core/MessageRecord"
import * as BulkSend from "@effect-sens/streams/BulkSend"
import * as Delivery from "@effect-sens/streams/Delivery"
import * as DeliverySink from "@effect-sens/streams/DeliverySink"
import * as Stream from "effect/Stream"

/** Sends, follows what SENS accepted, and adds up how all of it ended. */
export const sendAndCount = <E, R>(messages: Stream.Stream<BulkSend.Message, E, R>) =>
  messages.pipe(
    BulkSend.send(),
    BulkSend.accepted,
    Delivery.trackAll(),
    Stream.filter(Delivery.Change.$is("Message")),
    Stream.map(({ record }) => record),
    Stream.filter(MessageRecord.isFinal),
    Stream.run(DeliverySink.totals)
  )
