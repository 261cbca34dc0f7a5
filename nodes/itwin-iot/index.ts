import type { NodeAPI } from 'node-red';
import { watchRemoved } from '../core/node-red/deleted';
import { watchOrphans } from '../core/node-red/orphans';
import { registerItwinAccount } from './itwin-iot-account/runtime';
import { registerItwinProvision } from './itwin-iot-provision/runtime';
import { registerItwinQuery } from './itwin-iot-query/runtime';
import { registerItwinSubscribe } from './itwin-iot-subscribe/runtime';
import { registerItwinThread } from './itwin-iot-thread/runtime';
import { registerItwinThreadCommand } from './itwin-iot-thread-command/runtime';
import { registerItwinThreadIn } from './itwin-iot-thread-in/runtime';
import { registerItwinThreadOut } from './itwin-iot-thread-out/runtime';
import { registerItwinUpload } from './itwin-iot-upload/runtime';

/** The palette set of Bentley iTwin IoT: the cloud, and the THREAD at the edge. */
export default function itwinIot(RED: NodeAPI): void {
  registerItwinAccount(RED);
  registerItwinSubscribe(RED);
  registerItwinQuery(RED);
  registerItwinProvision(RED);
  registerItwinUpload(RED);
  registerItwinThread(RED);
  registerItwinThreadIn(RED);
  registerItwinThreadOut(RED);
  registerItwinThreadCommand(RED);
  watchRemoved(RED);
  watchOrphans(RED, ['itwin-iot-upload']);
}
