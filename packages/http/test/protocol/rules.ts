/**
 * The rules of the protocol, each of which can be switched off, and the properties that they are there for. What each rule is for
 * is said by the controls of `worlds.ts`.
 */

export const rules = {
  ownership: "an id that another send got is surely another's, and is given once; who has an id never loses it",
  twinFence: "the proof waits for the fences of all twins, not for the own one",
  adopted: "a send that adopted an id stays a twin",
  adoptedKept:
    "it stays one as long as an equal send is open or held, not only until its own intent has expired plus lag",
  openKept: "so does a send that is open, held or given up by hand",
  touching:
    "of the twins those count whose intervals touch the own one, each 10 s wider on both sides, directly or over others",
  reach: "a twin that got its id from the log, or by hand, reaches as far as the record that it got",
  recheck: "NotAccepted is written only if no twin is there that was not when the look began; else it is another look",
  exchange:
    "a 202 whose id a twin adopted is an exchange: the twin keeps the id, and the send looks for what the twin would have got",
  unreadHeld: "NotAccepted after a 2xx that could not be read is held, not sent again",
  unreadExchange: "unless a twin adopted a record of its interval: that is another exchange",
  heldToo: "a 202 of the same attempt also closes a send that is held",
  notBefore: "an attempt adopts nothing from before it began",
  learnFirst: "what is to be resumed is prepared only with the gateway's time known, or adopts nothing",
  lag: "the proof waits for the visibility lag after the fence",
  dateLag: "the Date of the search that proves is later than fence + lag, not only than the fence",
  undecided: "a record that may be ours forbids proof",
  window: "the window that is searched ends 10 s after the last fence, so that a log clock that is ahead hides nothing",
  resolveFirst: "after an ambiguous outcome nothing is sent before a proof",
  cas: "a claim is a compare-and-set on state and attempt",
  signedOnce: "submit signs with the intent's timestamp",
  handFence: "a person sends again only after the fence plus lag of the send and of all its twins"
}
export type Rule = keyof typeof rules

export const properties = {
  S1: "no send is accepted twice (of n equal sends of a journal at most n), by hand neither",
  S2: "a send reported accepted has the id of an accepted request of its own journal, and no two have the same",
  S3: "NotAccepted is told only where it never was and never will be accepted",
  S4: "a send that was told accepted is never told otherwise",
  S4i: "nor is it given another id later",
  S5: "when the world behaves again, every send ends as accepted or is sent again within fence + lag",
  S8: "no send is taken for a stranger's"
}
export type Property = keyof typeof properties
