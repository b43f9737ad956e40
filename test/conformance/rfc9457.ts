import { must, notApplicable, ours, type Specification, should, shouldNot } from "./demand.ts";
import { refusals, responding } from "./tests.ts";

const PROBLEM = "… > is a problem document that says the status it has, with its phrase, or has no body at all";

export const RFC9457: Specification = {
  title: "RFC 9457: Problem Details for HTTP APIs",
  url: "https://www.rfc-editor.org/rfc/rfc9457",
  about:
    "Refusals and answers of the operator API are problem documents. Left out: what binds those who read them, those who define types of problems (§4) and XML.",
  demands: [
    ours("3", "The media type is `application/problem+json`.", refusals(PROBLEM)),
    should(
      "3",
      "Of several problems of different types the most urgent is told.",
      responding("a refusal > is a problem document: …"),
    ),
    should(
      "3.1.1",
      "The document at a type's URI explains it, and the URI is absolute.",
      notApplicable(
        "every `type` is `about:blank`: the status says it all, and more would tell why a token was refused.",
      ),
    ),
    must("3.1.2", "`status` is the status of the response.", refusals(PROBLEM)),
    shouldNot("3.1.3", "`title` changes from one occurrence of a problem to another.", refusals(PROBLEM)),
    should(
      "3.1.5",
      "`instance` is an absolute URI.",
      notApplicable("no document has an `instance`; `request_id` leads to the record."),
    ),
    should(
      "3.2, 4",
      "Further members have names of three or more letters, digits and underscores that begin with a letter.",
      refusals(PROBLEM),
    ),
    should("4.2.1", "With `about:blank`, `title` is the phrase of the status.", refusals(PROBLEM)),
    ours(
      "5",
      "Nothing in a problem helps an attacker: neither the cause in detail nor anything from inside.",
      refusals("… > does not tell its reason beyond the code of RFC 6750"),
      responding(
        "a refusal > looks the same for a token that is expired, forged, revoked or of an unknown key",
        "is empty for a defect",
      ),
    ),
  ],
};
