/** A file of vectors, or about them, as it stands on disk. */
declare module "*.json?raw" {
  const text: string;
  export default text;
}
declare module "*.md?raw" {
  const text: string;
  export default text;
}
