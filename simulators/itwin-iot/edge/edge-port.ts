import type { WebSocketWire } from '../../core/web-socket-wire';

/** The ports of a THREAD that a device can be plugged into. */
export const PORTS = [1, 2, 3] as const;

/** Configuration of a port, by the keys of the text's table. */
export type PortProperties = Record<string, unknown>;

/** One physical port: the device plugged into it, its settings, and the WebSocket clients that listen to it. */
export class EdgePort {
  /** What clients sent to the device, over WebSocket or with POST message, in order; binary messages as a Buffer. */
  readonly received: (string | Buffer)[] = [];
  readonly properties: PortProperties = { COMM_TYPE: 'RS232', BAUD_RATE: 9600, DATA_BITS: 8, PARITY_BIT: 'NONE' };
  /** RS232, RS485, ANALOG, USB or OFF. */
  mode = 'RS232';
  /** 0: off, 1: 12 V, 2: 15 V. */
  voltage = 0;
  /** While false nothing passes, in neither direction. */
  connected = true;
  /** True for a device that sends back whatever it gets. */
  echo = false;
  readonly #clients = new Map<WebSocketWire, (text: string) => void>();

  /** WebSocket clients now. */
  get clients(): number {
    return this.#clients.size;
  }

  /**
   * A client connected: "Any data that the websocket client sends in over the connection will be sent to the device".
   * `send` sends it a text, faults included.
   */
  join(client: WebSocketWire, send: (text: string) => void): void {
    this.#clients.set(client, send);
    client.closed.addEventListener('abort', () => this.#clients.delete(client), { once: true });
    client.onText = (text) => this.toDevice(text);
    client.onBinary = (bytes) => this.toDevice(bytes);
  }

  /** Data for the device; lost when the device connection is disabled. */
  toDevice(data: string | Buffer): void {
    if (!this.connected) return;
    this.received.push(data);
    if (this.echo) this.fromDevice(data);
  }

  /** Data of the device: "Any data that comes in from the device will be sent to the websocket client". */
  fromDevice(data: string | Buffer): void {
    if (!this.connected) return;
    for (const [client, send] of this.#clients) {
      if (typeof data === 'string') send(data);
      else client.sendBinary(data);
    }
  }
}
