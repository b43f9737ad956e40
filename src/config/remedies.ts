/** What to write instead of a value that does not fit. Texts that have to be told more are functions. */
export const REMEDIES = {
  text: "Write a string.",
  noText: "Write a string that is not empty.",
  flag: "Write true or false.",
  texts: "Write a list of strings.",
  notEmpty: "Name at least one, or leave the setting out.",
  number: (unit: string, least: number, most: number) => `Write a number of ${unit} from ${least} to ${most}.`,
  choice: (values: readonly string[]) => `Write ${eitherOf(values)}.`,
  scope: "Write one scope in each string: no blanks, quotes and backslashes.",
  scalar: "Write a string, a number or a boolean.",
  claimPath: 'Write the name of a claim, or a list of names that leads to it, such as ["realm_access", "roles"].',
  headerName: "Write a header name of letters, digits and hyphens.",
  freeHeader: "Take another name: this header has a meaning of its own.",
  headerOrFalse: "Write the name of a header, or false for none.",
  headerSource: 'Write { header = "X-Name" }.',
  cookieSource: 'Write { cookie = "name" }.',
  cookieName: "Write a cookie name (RFC 6265 §4.1.1).",
  tokenSource: 'Write "authorization", { header = "X-Name" } or { cookie = "name" }.',
  tokenSources: "Write a list of token sources.",
  noSources: "Name at least one source, or leave the setting out.",
  httpsPolicy:
    'Write true (refuse plain http), "redirect" or false. Unset, plain http is refused except on loopback hosts.',
  audiences: "List the audiences that mean this API, or write false to accept tokens made for anybody.",
  algorithm: (names: readonly string[]) => `Choose from ${names.join(", ")}.`,
  algorithms: "List the algorithms that this issuer signs with.",
  discovery: "Write true, or leave it out.",
  jwk: "Write a JWK.",
  jwks: "Write a list of JWKs.",
  noJwks: "List at least one JWK.",
  tokenIdClaim: "Name the claim, or write false when this issuer's tokens have no id.",
  issuer: "Write a table with the settings of one issuer.",
  values: "Write a list of values.",
  noValues: "List at least one value.",
  claimRule: "Write a table with a claim and one condition.",
  oneCondition: "Give exactly one of equals, oneOf, contains and exists.",
  claimRules: "Write a list of claim rules.",
  method: "Write methods in upper case.",
  methods: "Write a list of methods.",
  noMethods: "Name at least one method, or leave the setting out for any.",
  route: "Write a table with the settings of one route.",
  identityClaim: "Write a table with claim and header.",
  identityClaims: "Write a list of tables with claim and header.",
  identityHeaders: "Write a table of header names.",
  operatorName: "Write 1 to 512 bytes, and not self.",
  secretHash: "Write the SHA-256 of the secret as 64 lower-case hex digits.",
  operator: "Write a table with the settings of one operator.",
  tables: "Write a list of tables.",
  origin: 'Write the URL of the origin, or { binding = "NAME" } for a service binding.',
  originBinding: 'Write { binding = "NAME" }.',
  realm: "Write printable ASCII without quotes and backslashes.",
  originAssertion: "Write a table with issuer and audience.",
  settings: "Write a table of settings.",
  operatorAccess: "Write a table with team, audience and roles.",
  accessRole: "Write a table with email and role.",
} as const satisfies Readonly<Record<string, string | ((...details: never[]) => string)>>;

export type RemedyName = keyof typeof REMEDIES;

/** `"a", "b" or "c"` */
function eitherOf(values: readonly string[]): string {
  const quoted = values.map((value) => `"${value}"`);
  return `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}
