import { timingSafeEqual } from "node:crypto";

// The one function of workerd's WebCrypto that Node's lacks, and that tests of the operator API come by.
Object.assign(crypto.subtle, { timingSafeEqual });
