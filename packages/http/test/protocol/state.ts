/**
 * What is so at one moment: the journal's sends, the service's POSTs, and the looks that are under way.
 */

/** Of a send in the journal. */
export const Status = { Waiting: 0, Open: 1, Accepted: 2, Held: 3, GivenUp: 4 } as const
/** Of a POST, or of a look. */
export const Phase = { None: 0, Flying: 1, Accepted: 2, Dead: 3, Begun: 1, Judged: 2 } as const

/** As an id, none; as a verdict, that it stays open. */
export const none = -1
/** As a verdict: not accepted. */
export const absent = -2

export interface Row {
  status: number
  /** The attempt that counts, from 1 on. */
  attempt: number
  /** The request that it got, by the place of its POST. */
  id: number
  /** Whether it got that from the log, or by hand. */
  adopted: number
  /** Whether a 2xx of this attempt could not be read. */
  unread: number
  /** The id that somebody was told. */
  told: number
}

/** One POST and, once accepted, its record in the log. */
export interface Post {
  readonly phase: number
  /** The tick that it is signed with. */
  readonly T: number
  /** When it was accepted; the log says `at + error`. */
  readonly at: number
  readonly error: number
  readonly visible: number
  readonly changed: number
  /** Whether an answer may still come. */
  readonly answer: number
}

/** What a look has read, before it is judged; sets of POSTs are bits. */
export interface Seen {
  readonly attempt: number
  readonly twins: number
  readonly log: number
  readonly began: number
}

export interface Look extends Seen {
  readonly phase: number
  readonly verdict: number
}

export interface State {
  t: number
  readonly rows: Array<Row>
  readonly posts: Array<Post>
  readonly looks: Array<Look>
}

export const noPost: Post = { phase: Phase.None, T: 0, at: 0, error: 0, visible: 0, changed: 0, answer: 0 }
export const noLook: Look = { phase: Phase.None, attempt: 0, twins: 0, log: 0, began: 0, verdict: none }

export const has = (set: number, id: number): boolean => (set >> id & 1) === 1

export const clone = ({ looks, posts, rows, t }: State): State => ({
  t,
  rows: rows.map(({ adopted, attempt, id, status, told, unread }) => ({ status, attempt, id, adopted, unread, told })),
  posts: posts.slice(),
  looks: looks.slice()
})
