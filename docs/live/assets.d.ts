/** The address at which the bundler puts a file. */
declare module '*?url' {
  const address: string;
  export { address as default };
}
