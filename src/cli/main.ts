#!/usr/bin/env node
import "./node-20.ts";
import { run } from "./run.ts";
import { Terminal } from "./terminal.ts";

// `jotgate … | head` closes the pipe early; that is no defect.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

// Node's own exit code for a defect is 1, which here means "denied".
process.on("uncaughtException", (defect) => {
  console.error(`jotgate: this is a defect of jotgate's own. Please report it.\n${defect.stack}`);
  process.exit(3);
});

// Set and not called: what was written has to get through the pipe first.
process.exitCode = await run(process.argv.slice(2), new Terminal(process.stdout, process.stderr, process.env));
