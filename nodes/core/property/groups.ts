import type { Operation } from '../operation/operation';
import { choice, configNode, number, operation, params } from './rows';

/** Schemes of a URL that HTTP requests go to. */
export const HTTP = ['http', 'https'] as const;

/** What every account connected by URL has, besides the URL. */
export const CONNECTION = {
  tls: configNode('tls-config', false),
  proxy: configNode('http proxy', false),
  timeout: number(30, { min: 1, unit: 'seconds' }),
  retryMax: number(60, { min: 1, unit: 'seconds' }),
  maxAnswer: number(20, { min: 0.1, unit: 'megabytes' }),
  maxRequests: number(10, { min: 1, unit: 'requests' }),
};

/** What a request node has whose operations stand in a table. */
export const requestNode = (operations: readonly Operation[]) => ({
  operation: operation(),
  params: params(operations),
});

/** Whether an answer comes whole or item by item. */
export const DELIVER = { deliver: choice(['whole', 'sequence']) };

/** What messages hold: see the two groups below. */
export type Output = 'native' | 'senml' | 'value';

/** What the answers of a request node hold: the platform's own objects, or SenML. */
export const OUTPUT = { output: choice(['native', 'senml']) };

/** What the messages of an input node hold: the platform's own objects, SenML, or values, one a message. */
export const inputNode = (value: 'native' | 'value') => ({
  output: choice(['native', 'senml', 'value'], { value }),
});

/** What every upload node has: batches, and what happens while the platform is away. */
export const UPLOAD = {
  batchSize: number(1, { min: 1, unit: 'observations' }),
  batchTime: number(0, { min: 0, unit: 'milliseconds' }),
  offline: choice(['fail', 'memory', 'disk']),
  maxItems: number(10_000, { min: 1, unit: 'messages' }),
  maxBytes: number(20_000_000, { min: 1, unit: 'bytes' }),
  maxAge: number(0, { min: 0, unit: 'seconds' }),
  giveUpAfter: number(0, { min: 0, unit: 'doubts' }),
  whenFull: choice(['reject', 'drop-oldest']),
  otherDestination: choice(['hold', 'send', 'discard']),
};
