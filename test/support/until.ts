import { setTimeout as pause } from 'node:timers/promises';

/** Longer than anything here takes on a busy machine, in milliseconds. */
const PATIENCE = 30_000;

/** Resolves when something holds; fails, naming it, when that never comes. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const limit = Date.now() + PATIENCE;
  while (!(await holds())) {
    if (Date.now() > limit) throw new Error(`waited ${PATIENCE / 1000} s in vain: ${what}`);
    await pause(10);
  }
}
