declare module "virtual:attack-files" {
  /** By their paths beneath `corpus/`. See `serve-attack-files.ts`. */
  const contents: Readonly<Record<string, string>>;
  export default contents;
}
