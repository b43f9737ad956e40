import type { RevocationRecord } from "../model/revocation.ts";
import type { RecordId } from "./record-id.ts";

/** What a page says of one record: how it stands, that it was lifted, or that it cannot be understood. */
export interface PageRow extends RecordId {
  readonly says: RevocationRecord | "lifted";
  /** Besides what is known of it, the store has something under its name that nobody can read. */
  readonly invalid: boolean;
}

/** Bytes of a row: id (8), flags (4), `until`, `issuedBefore`, `minimumTokenVersion` (8 each), big endian. */
const ROW_BYTES = 36;

const REVOKED = 1;
const INVALID = 2;
const LIFTED = 4;

/** Packs rows into one block of bytes: a million of them travel without a million objects. */
export function writePage(rows: readonly PageRow[]): Uint8Array {
  const page = new Uint8Array(rows.length * ROW_BYTES);
  const view = new DataView(page.buffer);
  for (const [index, { high, low, says, invalid }] of rows.entries()) {
    const at = index * ROW_BYTES;
    const record = says === "lifted" ? undefined : says;
    view.setUint32(at, high);
    view.setUint32(at + 4, low);
    view.setUint32(at + 8, (record ? 0 : LIFTED) | (record?.revoked ? REVOKED : 0) | (invalid ? INVALID : 0));
    // No number stands for no restriction.
    view.setFloat64(at + 12, record?.until ?? Number.NaN);
    view.setFloat64(at + 20, record?.issuedBefore ?? Number.NaN);
    view.setFloat64(at + 28, record?.minimumTokenVersion ?? Number.NaN);
  }
  return page;
}

/** Unpacks a page row by row, in its order. Throws a RangeError for bytes that are no whole number of rows. */
export function* readPage(page: Uint8Array): Generator<PageRow> {
  if (page.byteLength % ROW_BYTES !== 0) throw new RangeError("The page is cut off.");
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  for (let at = 0; at < page.byteLength; at += ROW_BYTES) {
    const flags = view.getUint32(at + 8);
    yield {
      high: view.getUint32(at),
      low: view.getUint32(at + 4),
      invalid: (flags & INVALID) !== 0,
      says:
        flags & LIFTED
          ? "lifted"
          : {
              revoked: (flags & REVOKED) !== 0,
              until: numberAt(view, at + 12),
              issuedBefore: numberAt(view, at + 20),
              minimumTokenVersion: numberAt(view, at + 28),
            },
    };
  }
}

function numberAt(view: DataView, offset: number): number | undefined {
  const number = view.getFloat64(offset);
  return Number.isNaN(number) ? undefined : number;
}
