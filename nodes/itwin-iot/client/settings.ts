import type { ProxySettings, TlsSettings } from '../../core/network-settings';

/** How an account proves who it is (platform text, "Authentication"). */
export type ItwinAuth = 'apikey' | 'ims' | 'jwt';

/** What an account needs to be reached. Times in milliseconds. */
export interface ItwinSettings {
  /** Socket API: `wss://host:4201/`, `ws://…` or, unencrypted and without framing, `tcp://host:4200`. */
  url: string;
  /** REST API, without a slash at its end. */
  restUrl: string;
  auth: ItwinAuth;
  apiKey: string;
  jwt: string;
  /** IMS token endpoint for client credentials. */
  imsUrl: string;
  clientId: string;
  clientSecret: string;
  scope: string;
  accept: string;
  /** Name of the query parameter that names the project: `projectIds`, or `iTwinId` of the newer API. */
  projectParameter: string;
  /** Used where an operation names no project; empty: the organization's default project. */
  projectId: string;
  /** A `time` request is sent after so much silence; 0: never. */
  keepalive: number;
  timeout: number;
  retryMax: number;
  /** Bytes of an answer that is read whole. */
  maxAnswer?: number | undefined;
  /** HTTP requests under way at the same time. */
  maxRequests?: number | undefined;
  tls?: TlsSettings | undefined;
  proxy?: ProxySettings | undefined;
}
