import { strict as assert } from 'node:assert';
import { type AccountDestination, atUrl } from '../../../nodes/core/node-red/account-destination';
import { credentialDestinations } from '../../../nodes/core/node-red/account-type';

describe('where the credentials of an account go', () => {
  it('says of a URL whether what goes there can be read on its way, and whether it leaves this machine', () => {
    const urls = ['https://a.example', 'wss://a.example:4201', 'mqtts://b', 'http://a.example', 'tcp://127.0.0.1:4200'];
    const facts = urls.map(atUrl).map(({ encrypted, loopback }) => [encrypted, loopback]);
    assert.deepEqual(facts, [
      [true, false],
      [true, false],
      [true, false],
      [false, false],
      [false, true],
    ]);
  });

  const gateway = ({ host, port }: { host: string; port: number }): AccountDestination => ({
    text: `coap://${host}:${port}`,
    encrypted: false,
    loopback: false,
  });

  it('may be a host and a port, and is named once', () => {
    const type = {
      credentials: { password: { type: 'password' as const } },
      destinations: (settings: { host: string; port: number }) => [gateway(settings), gateway(settings)],
    };
    const found = credentialDestinations(type, { host: 'gateway.example', port: 5683 });
    assert.deepEqual(
      found.map(({ text }) => text),
      ['coap://gateway.example:5683'],
    );
  });

  it('is nowhere without credentials', () => {
    const type = { credentials: {}, destinations: () => [atUrl('http://thread.local/api')] };
    assert.deepEqual(credentialDestinations(type, {}), []);
  });
});
