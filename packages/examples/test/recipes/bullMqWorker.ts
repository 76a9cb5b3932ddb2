// A worker of the recipe for BullMQ, as a program of its own: the gate kills it.
import * as SensPromise from "@effect-sens/http/SensPromise"
import { Redis } from "ioredis"
import * as Recipe from "../../src/recipes/bullMq.ts"
import { journalKey, sensOptions } from "./settings.ts"

const sens = SensPromise.make(sensOptions)
const redis = new Redis({ port: Number(process.env["REDIS_PORT"]), maxRetriesPerRequest: null })
const worker = await Recipe.work({ sens, redis, journalKey, stalledInterval: 1000 })
worker.on("error", (error) => console.error(error.message))
worker.on("failed", (_job, error) => console.error(error.message))
console.log("ready")
