import { EventLog } from './event-log';
import type { Feed } from './feed';
import { frame } from './frames';

/** A type of end device: the category of a manufacturer's device. */
export interface EndDeviceType {
  readonly name: string;
  /** By convention `{manufacturer-device}-data-up-mac-payload`. */
  readonly topic: string;
}

/** A type of observation, whatever device makes it. */
export interface ObservationType {
  readonly name: string;
  /** Path of the secret that encrypts and decrypts its payloads. */
  readonly secretPath: string;
  /** By convention `{observation-type}-data-up-json`. */
  readonly topic: string;
  /** JavaScript function, as text, that renders an observation. */
  readonly view: string;
}

/** The end device types or the observation types of a site, by topic. */
export class TopicTypes<T extends { readonly topic: string }> {
  readonly #prefix: string;
  readonly #types = new Map<string, T>();
  readonly #log = new EventLog<{ type: string; data: object }>();

  /** `prefix` names the events: `EndDeviceType` gives `EndDeviceTypeUpdated` and `EndDeviceTypeRemoved`. */
  constructor(prefix: 'EndDeviceType' | 'ObservationType') {
    this.#prefix = prefix;
  }

  all(): T[] {
    return [...this.#types.values()];
  }

  put(type: T): void {
    this.#types.set(type.topic, type);
    this.#log.put(type.topic, { type: `${this.#prefix}Updated`, data: type });
  }

  /** False when there is no such type. */
  remove(topic: string): boolean {
    if (!this.#types.delete(topic)) return false;
    this.#log.put(topic, { type: `${this.#prefix}Removed`, data: { topic } });
    return true;
  }

  feed(): Feed {
    return this.#log.feed(({ type, data }) => frame(type, JSON.stringify(data)));
  }
}
