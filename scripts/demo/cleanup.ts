/** What has to be undone at the end, in reverse order. */
export interface Cleanup {
  add(undo: () => Promise<void>): void;
  /** Undoes everything, whatever fails on the way; what failed is told in the error of the last line. */
  run(): Promise<void>;
}

export function createCleanup(): Cleanup {
  const steps: (() => Promise<void>)[] = [];
  return {
    add: (undo) => steps.push(undo),
    async run() {
      const failures: string[] = [];
      for (const undo of steps.splice(0).reverse()) {
        try {
          await undo();
        } catch (error) {
          failures.push((error as Error).message);
        }
      }
      if (failures.length > 0) throw new Error(`not everything could be cleaned up: ${failures.join('; ')}`);
    },
  };
}
