/** Refuses at once: the least that a refusal can cost. */
export default {
  fetch: () =>
    new Response('{"error":"invalid_token"}', {
      status: 401,
      headers: { "content-type": "application/json", "www-authenticate": 'Bearer error="invalid_token"' },
    }),
} satisfies ExportedHandler;
