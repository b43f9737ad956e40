/* Node 20 lacks URL.parse, which the Worker's own code uses. */

if (typeof URL.parse !== "function") {
  URL.parse = (url, base) => {
    try {
      return new URL(url, base);
    } catch {
      return null;
    }
  };
}
