/**
 * What the documents of SENS leave open, each behind a named switch.
 *
 * The defaults are the behaviour that is most likely; `strict` refuses at once whatever the service might refuse, so that a
 * client which passes under it passes everywhere.
 *
 * @since 0.1.0
 */

/**
 * The uncertain behaviours of the service.
 *
 * **Details**
 *
 * - `charset`: the set that bytes are counted in and that texts must be encodable in
 * - `overLength`: a text or subject over its limit is accepted and a cut copy is delivered (`"truncate"`, what the documents
 *   say), or refused with 400 (`"reject"`)
 * - `unencodable`: a text with characters the charset lacks is accepted and fails later with `3022` (`"fail"`), or is refused
 *   with 400 (`"reject"`)
 * - `foreignText`: whether `unencodable` also holds for recipients outside Korea (`"charset"`) or any text goes (`"any"`)
 * - `unregisteredSender`: a sender number that the account has not registered gets 400 (`"reject"`), or a 202 and the result
 *   `3023` (`"fail"`)
 * - `emptySearch`: a search that finds nothing answers 200 with no messages (`"page"`), or 404 with no body (`"notFound"`)
 * - `badFile`: a file of an MMS that nobody uploaded, or that has expired, fails later with `S006` or `S007` (`"fail"`), or gets
 *   400 (`"reject"`)
 * - `strayFiles`: files of an SMS or LMS are not looked at (`"ignore"`), or get 400 (`"reject"`)
 * - `inlineFiles`: files in the send itself, `{name, body}`, as old documents had them, get 400 (`"reject"`) or are taken as if
 *   they had been uploaded (`"accept"`)
 * - `fileReuse`: a file of the name and size of one that is kept is taken for that one (`"nameAndSize"`, what the documents
 *   say), or is a file of its own (`"never"`)
 * - `reserveTime`: the status of a reservation tells its time with seconds and offset (`"offset"`) or as `yyyy-MM-dd HH:mm`
 *   (`"minutes"`)
 * - `advertisingAtNight`: an `AD` between 21:00 and 08:00 KST is sent (`"send"`), or fails later with `E919` (`"fail"`)
 * - `paging`: how further pages of a search are asked for. `"pageIndex"` knows no token, `"nextToken"` ignores `pageIndex`
 *
 * @category models
 * @since 0.1.0
 */
export interface Switches {
  readonly charset: "EUC-KR" | "CP949"
  readonly overLength: "truncate" | "reject"
  readonly unencodable: "fail" | "reject"
  readonly foreignText: "any" | "charset"
  readonly unregisteredSender: "reject" | "fail"
  readonly emptySearch: "page" | "notFound"
  readonly badFile: "fail" | "reject"
  readonly strayFiles: "ignore" | "reject"
  readonly inlineFiles: "reject" | "accept"
  readonly fileReuse: "nameAndSize" | "never"
  readonly reserveTime: "offset" | "minutes"
  readonly advertisingAtNight: "send" | "fail"
  readonly paging: "both" | "pageIndex" | "nextToken"
}

/**
 * The behaviour that is most likely.
 *
 * @category constants
 * @since 0.1.0
 */
export const lenient: Switches = {
  charset: "EUC-KR",
  overLength: "truncate",
  unencodable: "fail",
  foreignText: "any",
  unregisteredSender: "reject",
  emptySearch: "page",
  badFile: "fail",
  strayFiles: "ignore",
  inlineFiles: "reject",
  fileReuse: "nameAndSize",
  reserveTime: "offset",
  advertisingAtNight: "send",
  paging: "both"
}

/**
 * Everything that the service might refuse is refused at once.
 *
 * @category constants
 * @since 0.1.0
 */
export const strict: Switches = {
  ...lenient,
  overLength: "reject",
  unencodable: "reject",
  foreignText: "charset",
  emptySearch: "notFound",
  badFile: "reject",
  strayFiles: "reject"
}

/**
 * Fills in what is not given from `lenient`.
 *
 * **Example** (Only nextToken paging)
 *
 * ```ts import.meta.vitest
 * import * as Switches from "@effect-sens/emulator/Switches"
 *
 * Switches.make({ paging: "nextToken" }).paging // => "nextToken"
 * Switches.make({ paging: "nextToken" }).overLength // => "truncate"
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (switches?: Partial<Switches>): Switches => ({ ...lenient, ...switches })
