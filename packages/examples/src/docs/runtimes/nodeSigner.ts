import * as NodeSigner from "@effect-sens/http/NodeSigner"
import * as Sens from "@effect-sens/http/Sens"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Layer from "effect/Layer"

export const layer = Sens.layerConfig().pipe(Layer.provide([NodeSigner.layer, NodeHttpClient.layerUndici]))
