import { crc32 } from "node:zlib"

const header = (
  size: number,
  fields: ReadonlyArray<readonly [offset: number, bytes: 2 | 4, value: number]>
): Buffer => {
  const buffer = Buffer.alloc(size)
  for (const [offset, bytes, value] of fields) buffer.writeUIntLE(value, offset, bytes)
  return buffer
}

/** An archive of files that are not packed (PKWARE, APPNOTE 4.3). `claimed` is what the directory says of the size of each. */
export const zip = (files: { readonly [name: string]: string }, claimed?: number): Uint8Array => {
  const local: Array<Buffer> = []
  const directory: Array<Buffer> = []
  let at = 0
  for (const [name, text] of Object.entries(files)) {
    const [path, data] = [Buffer.from(name), Buffer.from(text)]
    const crc = crc32(data)
    const head = header(30, [[0, 4, 0x04034b50], [4, 2, 20], [14, 4, crc], [18, 4, data.length], [22, 4, data.length], [
      26,
      2,
      path.length
    ]])
    local.push(head, path, data)
    directory.push(
      header(46, [
        [0, 4, 0x02014b50],
        [4, 2, 20],
        [6, 2, 20],
        [16, 4, crc],
        [20, 4, data.length],
        [24, 4, claimed ?? data.length],
        [28, 2, path.length],
        [42, 4, at]
      ]),
      path
    )
    at += head.length + path.length + data.length
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0)
  const count = Object.keys(files).length
  const end = header(22, [[0, 4, 0x06054b50], [8, 2, count], [10, 2, count], [12, 4, size], [16, 4, at]])
  return Buffer.concat([...local, ...directory, end])
}

const types = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`

const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

const relations = (...targets: ReadonlyArray<readonly [id: string, type: string, target: string]>) =>
  `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${
    targets.map(([id, type, target]) => `<Relationship Id="${id}" Type="${office}/${type}" Target="${target}"/>`).join(
      ""
    )
  }</Relationships>`

/** A workbook, whose sheets are given as what stands in `<sheetData>`, as Excel writes it. */
export const workbook = (sheets: { readonly [name: string]: string }, claimed?: number): Uint8Array => {
  const names = Object.keys(sheets)
  const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
  return zip({
    "[Content_Types].xml": types,
    "_rels/.rels": relations(["rId1", "officeDocument", "xl/workbook.xml"]),
    "xl/workbook.xml": `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${
      names.map((name, index) => `<sheet name="${name}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`).join("")
    }</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": relations(
      ...names.map((_, index) => [`rId${index + 1}`, "worksheet", `worksheets/sheet${index + 1}.xml`] as const),
      ["rId99", "styles", "styles.xml"]
    ),
    "xl/styles.xml": `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="${main}"><numFmts count="1"><numFmt numFmtId="164" formatCode="00000000000"/></numFmts><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>`,
    ...Object.fromEntries(names.map((name, index) => [
      `xl/worksheets/sheet${index + 1}.xml`,
      `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="${main}"><sheetData>${sheets[name] ?? ""}</sheetData></worksheet>`
    ]))
  }, claimed)
}

/** A cell with a text. */
export const text = (place: string, text: string) =>
  `<c r="${place}" t="inlineStr"><is><t xml:space="preserve">${text}</t></is></c>`

/** A cell with a number, which a style may show otherwise: 1 with eleven digits, 2 as a date. */
export const number = (place: string, value: number, style = 0) => `<c r="${place}" s="${style}"><v>${value}</v></c>`

export const row = (line: number, ...cells: ReadonlyArray<string>) => `<row r="${line}">${cells.join("")}</row>`
