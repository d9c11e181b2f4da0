/** The message of a worker that reads a file. */
export type Posted<Content> = { readonly read: Content } | { readonly problem: string };

/** In a worker: reads each file that is sent to it, and posts its content or the error. */
export function answerFiles<Content>(read: (file: File) => Promise<Content>): void {
  self.addEventListener('message', ({ data }: MessageEvent<File>) => {
    const post = (posted: Posted<Content>): void => self.postMessage(posted);
    read(data).then(
      (content) => post({ read: content }),
      (error: unknown) => post({ problem: error instanceof Error ? error.message : String(error) }),
    );
  });
}
