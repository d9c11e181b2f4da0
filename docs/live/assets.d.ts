/** The URL that the bundler gives a file. */
declare module '*?url' {
  const address: string;
  export { address as default };
}
