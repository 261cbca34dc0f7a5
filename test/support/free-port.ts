import { createServer } from 'node:net';

/**
 * A port at which nobody listens. Below those that the system gives to whoever asks for any (32768 on Linux, 49152
 * elsewhere): the servers of other tests do, and one of them may have it the next moment.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}
