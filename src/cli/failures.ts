/** Wrong usage, exit code 2. The message says what to do, and never repeats a value that might be a secret. */
export class UsageError extends Error {}

/** The question cannot be answered, exit code 3. The message says why. */
export class CannotTell extends Error {}

/** Somebody who was asked says no, exit code 1. The message says why. */
export class Denied extends Error {}
