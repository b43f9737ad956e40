/**
 * What is running, and lines to paste. Nothing but commands stands on their lines: some shells do not know comments when
 * they are typed.
 */
export function walkthrough(guard: string, issuer: string): string {
  const orders = `curl -i ${guard}/api/orders/1`;
  const withToken = `${orders} -H "Authorization: Bearer $TOKEN"`;
  const newToken = `TOKEN=$(curl -sS '${issuer}/token?sub=alice&scope=orders:read')`;
  return `
  guard    ${guard}   in front of the demo origin
  issuer   ${issuer}   hands out tokens; writes revocation records into KV
  state    .wrangler/state         remove it while this is stopped to start over

Paste these into another terminal, in this order.

Without a token: 401 and a challenge.
  ${orders}

A token for alice, and with it: 200, and what the origin saw.
  ${newToken}
  ${withToken}

Revoke this token, and wait until guards enforce it. What is recorded is shown.
  echo $TOKEN | npm run -s jotgate -- revoke --why "laptop stolen" --wait

From now on it is refused: 401.
  ${withToken}

Ask the guard why: it decides once more, and shows each step with what it compared.
  echo $TOKEN | npm run -s jotgate -- explain --remote --route "GET /api/orders/1"

Undo it: lift the token's record. The token works again: 200.
  echo $TOKEN | npm run -s jotgate -- lift --why "laptop found" --wait
  ${withToken}

Log alice out everywhere: every token that was issued to her until now is refused. 401.
  npm run -s jotgate -- cutoff --issuer ${issuer} --subject alice --wait
  ${withToken}

Undo it: lift the user's record. The token works again: 200.
  npm run -s jotgate -- lift --issuer ${issuer} --subject alice --wait
  ${withToken}

Who did what and why, and how everything stands.
  npm run -s jotgate -- audit
  npm run -s jotgate -- status

A backend that knows only KV can revoke, too. The ledger notices within 5 seconds, the guard 5 later at most: 401.
  curl -sS ${issuer}/revoke --data "token=$TOKEN"
  sleep 10; ${withToken}

The guard's decision records follow. Ctrl-C stops everything.
`;
}
