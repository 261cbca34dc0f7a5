import type { NodeAPI, NodeDef } from 'node-red';
import { useAccount } from '../../core/node-red/account';
import { showingWrongInput } from '../../core/node-red/failure-status';
import { registerNode } from '../../core/node-red/node';
import { readProperties } from '../../core/node-red/properties';
import { asWritten, createTypedReader } from '../../core/node-red/typed-values';
import { createUpload } from '../../core/node-red/upload-node';
import { destinationKey } from '../../core/storage/destination';
import { isObject } from '../../core/values/json';
import { jsonText } from '../../core/values/json-text';
import { XDP_ACCOUNT } from '../accounts';
import type { XdpSettings } from '../client/settings';
import type { XdpClient } from '../client/xdp-client';
import { PROPERTIES } from './properties';
import { recordingsOf } from './recordings';

export function registerXdpRecord(RED: NodeAPI): void {
  registerNode<NodeDef>(RED, 'xdp-record', (scope) => {
    const account = useAccount<XdpSettings, XdpClient>(scope, XDP_ACCOUNT);
    if (!account) return;
    const properties = readProperties(PROPERTIES, scope.properties);
    const reader = createTypedReader(RED, scope.node);
    const { settings, client, outages } = account;
    const upload = createUpload(scope, {
      settings,
      outages,
      operation: 'postRecordings',
      destination: destinationKey(settings.url, settings.namespace),
      deliver: client.postRecordings,
    });

    scope.onInput(
      showingWrongInput(scope.status, async (message, send) => {
        const params = isObject(message.params) ? message.params : {};
        const source = await reader.read('source', properties.source, message);
        const nwkAddr = await reader.read('nwkAddr', asWritten(properties.nwkAddr), message);
        const recordings = recordingsOf(message.payload, {
          source: source ?? params.source,
          nwkAddr: nwkAddr ?? params.nwkAddr ?? message.device,
        });
        await upload(
          recordings.map((recording) => jsonText(recording, 'recording')),
          message,
          send,
        );
      }),
    );
  });
}
