import type { Context } from 'mocha';
import { findPeer, howToGet, PEERS } from '../../scripts/peers';

/**
 * The path of a program that a test needs. Where it is missing the test is skipped, and says loudly what to do;
 * in CI it fails, because a test that never runs proves nothing.
 */
export function requirePeer(test: Context, name: keyof typeof PEERS): string {
  const peer = PEERS[name];
  const path = findPeer(peer);
  if (path !== undefined) return path;
  if (process.env.CI === 'true') throw new Error(howToGet(peer));
  console.warn(`\n  SKIPPED — ${howToGet(peer)}\n`);
  return test.skip();
}
