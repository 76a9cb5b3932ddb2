// Lives beside the tests whose service it uses.
export { run } from "../../packages/streams/test/smoke.ts"
