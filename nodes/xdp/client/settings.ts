import type { ProxySettings, TlsSettings } from '../../core/network-settings';

/** What an account needs to be reached. Times in milliseconds. */
export interface XdpSettings {
  /** `$API` of the platform text, without a slash at its end. */
  url: string;
  /** The site: "xDP equates a namespace to a site, which can be a farm or a part of a farm." */
  namespace: string;
  username: string;
  password: string;
  timeout: number;
  retryMax: number;
  /** Bytes of an answer that is read whole. */
  maxAnswer?: number | undefined;
  /** HTTP requests under way at the same time. */
  maxRequests?: number | undefined;
  tls?: TlsSettings | undefined;
  proxy?: ProxySettings | undefined;
}
