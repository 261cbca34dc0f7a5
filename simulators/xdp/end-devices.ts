import type { EndDeviceEvent } from './end-device-events';
import { EventLog } from './event-log';
import type { Feed } from './feed';
import type { Position } from './fields';
import { frame } from './frames';

/** An end device as its events have made it. */
export interface EndDevice {
  readonly nwkAddr: number;
  /** Base64 of 64 bits. */
  readonly devEUI?: string;
  readonly name?: string;
  /** Topic of its end device type. */
  readonly topic?: string;
  readonly position?: Position;
  readonly version?: number;
  /** Battery level in V. */
  readonly voltage?: number;
  readonly devNonce?: number;
  readonly joinNonce?: number;
  /** Nonce with which the secrets were encrypted. */
  readonly secretsNonce?: string;
  /** Keys by name, as hex digits. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** The event-sourced end devices of a site. */
export class EndDevices {
  readonly #devices = new Map<number, EndDevice>();
  readonly #log = new EventLog<EndDeviceEvent>();

  get(nwkAddr: number): EndDevice | undefined {
    return this.#devices.get(nwkAddr);
  }

  all(): EndDevice[] {
    return [...this.#devices.values()];
  }

  /** Changes the device, stores the event and sends it to the streams that are open. */
  apply(event: EndDeviceEvent): void {
    const { nwkAddr } = event.data;
    if (event.type === 'NwkAddrRemoved') {
      this.#devices.delete(nwkAddr);
      this.#log.forget(`${nwkAddr}/`);
    } else {
      this.#devices.set(nwkAddr, changed(this.#devices.get(nwkAddr) ?? { nwkAddr, secrets: {} }, event));
      this.#log.forget(`${nwkAddr}/NwkAddrRemoved`);
    }
    this.#log.put(`${nwkAddr}/${event.type}`, event);
  }

  /** The events as a stream sees them; secrets are "not provided by default". */
  feed({ includeDeviceSecrets }: { includeDeviceSecrets: boolean }): Feed {
    return this.#log.feed((event) => {
      if (event.type !== 'SecretsUpdated' || includeDeviceSecrets) return frame(event.type, JSON.stringify(event.data));
      const { nonce, nwkAddr } = event.data;
      return frame(event.type, JSON.stringify({ nonce, nwkAddr }));
    });
  }
}

function changed(device: EndDevice, event: Exclude<EndDeviceEvent, { type: 'NwkAddrRemoved' }>): EndDevice {
  switch (event.type) {
    case 'SecretsUpdated':
      return { ...device, secretsNonce: event.data.nonce, secrets: { ...device.secrets, ...event.data.secrets } };
    case 'BatteryLevelUpdated':
      return { ...device, voltage: event.data.voltage };
    case 'PositionUpdated':
      return { ...device, position: event.data.position };
    default:
      // The other events' fields are the device's own, under the same names.
      return { ...device, ...event.data };
  }
}
