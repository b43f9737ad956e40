import { expect, it } from "vitest";
import { normaliseTokenType } from "../../../src/model/token-type.ts";

it.each([
  ["at+jwt", "at+jwt"],
  ["AT+JWT", "at+jwt"],
  ["application/at+jwt", "at+jwt"],
  ["Application/AT+jwt", "at+jwt"],
  ["application/application/at+jwt", "application/at+jwt"],
  ["x-application/at+jwt", "x-application/at+jwt"],
  ["text/application/at+jwt", "text/application/at+jwt"],
  ["applicationat+jwt", "applicationat+jwt"],
  ["", ""],
])("the type %j is compared as %j", (typ, compared) => {
  expect(normaliseTokenType(typ)).toBe(compared);
});
