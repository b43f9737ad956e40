import { expect, it } from "vitest";
import ecdsa from "../../vectors/wycheproof/ecdsa_secp256r1_sha256_p1363_test.json?raw";
import ed25519 from "../../vectors/wycheproof/ed25519_test.json?raw";
import combined from "../../vectors/wycheproof/json_web_crypto_test.json?raw";
import encryption from "../../vectors/wycheproof/json_web_encryption_test.json?raw";
import key from "../../vectors/wycheproof/json_web_key_test.json?raw";
import signature from "../../vectors/wycheproof/json_web_signature_test.json?raw";
import readme from "../../vectors/wycheproof/README.md?raw";
import pss from "../../vectors/wycheproof/rsa_pss_2048_sha256_mgf1_32_test.json?raw";
import pkcs1 from "../../vectors/wycheproof/rsa_signature_2048_sha256_test.json?raw";
import { readVectors } from "./wycheproof.ts";

const FILES = {
  "json_web_signature_test.json": signature,
  "json_web_key_test.json": key,
  "json_web_crypto_test.json": combined,
  "json_web_encryption_test.json": encryption,
  "ecdsa_secp256r1_sha256_p1363_test.json": ecdsa,
  "ed25519_test.json": ed25519,
  "rsa_signature_2048_sha256_test.json": pkcs1,
  "rsa_pss_2048_sha256_mgf1_32_test.json": pss,
};

it("keeps every file of Project Wycheproof as it was published, with the count and checksum that the README states", async () => {
  const rows: string[] = [];
  for (const [name, text] of Object.entries(FILES)) {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    const sum = [...new Uint8Array(digest)].map((octet) => octet.toString(16).padStart(2, "0")).join("");
    rows.push(`| \`${name}\` | ${readVectors(text).length} | \`${sum}\` |`);
  }
  expect(readme.split("\n").filter((line) => line.startsWith("| `"))).toEqual(rows);
});
