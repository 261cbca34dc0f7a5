import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { HostCommand, HostReport, Measured } from './protocol';
import { createUserDir } from './user-dir';

export interface Host {
  run(flow: object[], credentials: Record<string, object>, count: number): Promise<Measured>;
  stop(): Promise<void>;
}

/** Starts Node-RED with our package in a process of its own. */
export async function forkHost(): Promise<Host> {
  const userDir = await createUserDir(true);
  const child = fork(join(import.meta.dirname, 'host.ts'), [userDir.path], {
    execArgv: ['--import', 'tsx', '--expose-gc'],
  });
  await reportOf(child, 'ready');
  const tell = (command: HostCommand): void => {
    child.send(command);
  };
  return {
    async run(flow, credentials, count) {
      tell({ kind: 'run', flow, credentials, count });
      return (await reportOf(child, 'measured')) as Measured;
    },
    async stop() {
      const exited = once(child, 'exit');
      tell({ kind: 'stop' });
      await exited;
      await userDir.remove();
    },
  };
}

/** @throws when the process ends instead */
async function reportOf(child: ChildProcess, kind: HostReport['kind']): Promise<HostReport> {
  const ended = new AbortController();
  const exit = once(child, 'exit', { signal: ended.signal }).then(([code]) => {
    throw new Error(`the measured process ended with code ${code}`);
  });
  const report = async (): Promise<HostReport> => {
    for (;;) {
      const [message] = (await once(child, 'message')) as [HostReport];
      if (message.kind === kind) return message;
    }
  };
  try {
    return await Promise.race([report(), exit]);
  } finally {
    exit.catch(() => undefined);
    ended.abort();
  }
}
