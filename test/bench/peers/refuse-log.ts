const CHALLENGE = 'Bearer realm="jotgate", error="invalid_token"';

/**
 * Refuses at once, with all that Jotgate's refusal of a bad token carries and without a reason for it: the problem document, the
 * headers, an id of the request, and one line of log as long as a decision record.
 */
export default {
  fetch() {
    const requestId = crypto.randomUUID();
    console.log(
      `{"event":"decision","outcome":"deny","reason":"token_malformed","route":"/api/*","status":401,"method":"GET","durationMs":0,"requestId":"${requestId}","rayId":null}`,
    );
    return new Response(
      `{"type":"about:blank","title":"Unauthorized","status":401,"code":"invalid_token","request_id":"${requestId}"}\n`,
      {
        status: 401,
        headers: {
          "cache-control": "no-store",
          "x-jotgate-request-id": requestId,
          "www-authenticate": CHALLENGE,
          "content-type": "application/problem+json",
        },
      },
    );
  },
} satisfies ExportedHandler;
