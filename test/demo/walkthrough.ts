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
  issuer   ${issuer}   hands out tokens, writes revocation records
  state    .wrangler/state         remove it while this is stopped to start over

Paste these into another terminal, in this order.

Without a token: 401 and a challenge.
  ${orders}

A token for alice, and with it: 200, and what the origin saw.
  ${newToken}
  ${withToken}

Revoke this token.
  curl -sS ${issuer}/revoke --data "token=$TOKEN"

From now on it is refused: 401. It takes up to 5 seconds, for so long the guard remembers that it was good.
  sleep 5; ${withToken}

A new token works: 200.
  ${newToken}
  ${withToken}

Raise alice's minimum token version: every token she has is too old, here again within 5 seconds. 401.
  curl -sS -X POST '${issuer}/raise?sub=alice'
  sleep 5; ${withToken}

A token with the new version: 200.
  ${newToken}
  ${withToken}

The guard's decision records follow. Ctrl-C stops everything.
`;
}
