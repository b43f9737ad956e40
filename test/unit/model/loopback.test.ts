import { expect, it } from "vitest";
import { isLoopback } from "../../../src/model/loopback.ts";

it.each([
  "localhost",
  "localhost:8787",
  "app.localhost",
  "a.b.localhost:1",
  "127.0.0.1",
  "127.0.0.1:8787",
  "127.255.255.254",
  "[::1]",
  "[::1]:8787",
])("%s never leaves the machine", (host) => {
  expect(isLoopback(host)).toBe(true);
});

it.each([
  "",
  "example.com",
  "localhost.example.com",
  "notlocalhost",
  "localhost.",
  "localhost:",
  "localhost:80:80",
  "localhost:80.example.com",
  "127.0.0.1.example.com",
  "127.0.0.1@example.com",
  "x127.0.0.1",
  "128.0.0.1",
  "126.255.255.255",
  "0.0.0.0",
  "10.0.0.1",
  "192.168.0.1",
  "169.254.169.254",
  "[::]",
  "[::2]",
  "[::1].example.com",
  "::1",
  "[::ffff:127.0.0.1]",
  "example.com\nlocalhost",
])("%j may be another machine", (host) => {
  expect(isLoopback(host)).toBe(false);
});
