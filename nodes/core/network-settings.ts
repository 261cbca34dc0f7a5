/** TLS options as `tls.connect` takes them, read from core's `tls-config` node. */
export interface TlsSettings {
  key?: string | Buffer;
  cert?: string | Buffer;
  ca?: string | Buffer;
  passphrase?: string;
  servername?: string;
  rejectUnauthorized?: boolean;
}

/** A proxy of core's `http proxy` node. Without one the environment decides (`HTTPS_PROXY`, `NO_PROXY`, …). */
export interface ProxySettings {
  /** With the credentials, if any: `http://user:password@host:port`. */
  url: string;
  /** Hosts that are reached directly. */
  noProxy: readonly string[];
}
