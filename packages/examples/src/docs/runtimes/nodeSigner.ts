import * as NodeSigner from "@effect-sens/http/NodeSigner"
import * as NodeTransport from "@effect-sens/http/NodeTransport"
import * as Sens from "@effect-sens/http/Sens"
import * as Layer from "effect/Layer"

export const layer = Sens.layerConfig().pipe(Layer.provide([NodeSigner.layer, NodeTransport.layer()]))
