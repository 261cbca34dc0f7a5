import type { NodeAPI, NodeDef } from 'node-red';
import { useAccount } from '../../core/node-red/account';
import { showingWrongInput } from '../../core/node-red/failure-status';
import { registerNode } from '../../core/node-red/node';
import { readProperties } from '../../core/node-red/properties';
import { createTypedReader } from '../../core/node-red/typed-values';
import { createUpload } from '../../core/node-red/upload-node';
import { isEmpty } from '../../core/operation/given-value';
import { findOperation, type Operation } from '../../core/operation/operation';
import { destinationKey } from '../../core/storage/destination';
import { isObject } from '../../core/values/json';
import { jsonText } from '../../core/values/json-text';
import { ITWIN_ACCOUNT } from '../accounts';
import type { ItwinClient } from '../client/itwin-client';
import type { ItwinSettings } from '../client/settings';
import type { SendObservations } from '../client/upload';
import { uploadOperations } from '../operations/upload';
import { observationsOf } from './observations';
import { PROPERTIES } from './properties';

const NODE = 'itwin-iot-upload';

const OPERATIONS = { socket: 'uploadData', rest: 'uploadObservations' } as const;

export function registerItwinUpload(RED: NodeAPI): void {
  registerNode<NodeDef>(RED, NODE, (scope) => {
    const account = useAccount<ItwinSettings, ItwinClient>(scope, ITWIN_ACCOUNT);
    if (!account) return;
    const properties = readProperties(PROPERTIES, scope.properties);
    const { via, sensorId: inDialog } = properties;
    const operation = findOperation(uploadOperations, NODE, OPERATIONS[via]) as Operation;
    const reader = createTypedReader(RED, scope.node);
    const { settings, outages } = account;
    const projectId = properties.projectId || settings.projectId;
    const deliver = sender(account.client, via, operation, projectId);
    const upload = createUpload(scope, {
      settings,
      outages,
      operation: operation.id,
      destination: via === 'rest' ? destinationKey(settings.restUrl) : destinationKey(settings.url, projectId),
      deliver,
    });

    scope.onInput(
      showingWrongInput(scope.status, async (message, send) => {
        const params = isObject(message.params) ? message.params : {};
        const sensorId = await reader.read('sensorId', inDialog, message);
        // A table of sensors that does not know this device must not let the device pass for a sensor.
        const others = [params.sensorId, isEmpty(inDialog.value) ? message.device : undefined];
        const observations = observationsOf(message.payload, {
          sensorId: [sensorId, ...others].find((each) => !isEmpty(each)),
          operation: operation.id,
        });
        await upload(
          observations.map((observation) => jsonText(observation, 'observation')),
          message,
          send,
        );
      }),
    );
  });
}

/** Loads the protocol code: now, not with the palette. */
function sender(
  { rest, socket }: ItwinClient,
  via: keyof typeof OPERATIONS,
  operation: Operation,
  projectId: string,
): SendObservations {
  const { uploadByRest, uploadBySocket } = require('../client/upload') as typeof import('../client/upload');
  return via === 'rest' ? uploadByRest(rest, operation) : uploadBySocket(socket, operation, projectId);
}
