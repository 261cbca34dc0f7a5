/** The simulator in a process of its own, so that only the client is measured. Ends with its parent. */
import { startXdpSimulator } from '../../simulators/xdp';

async function main(): Promise<void> {
  const simulator = await startXdpSimulator({ stored: Number(process.argv[2]), live: false });
  process.once('disconnect', () => void simulator.stop());
  const { url, namespace, username, password } = simulator;
  process.send?.({ url, namespace, username, password });
}

void main();
