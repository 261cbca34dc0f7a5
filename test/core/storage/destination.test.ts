import { strict as assert } from 'node:assert';
import { destinationKey, destinationWords } from '../../../nodes/core/storage/destination';

describe('A destination', () => {
  for (const [one, other] of [
    ['http://127.0.0.1:1880/api', 'http://localhost:1880/api'],
    ['http://[::1]:1880/api', 'http://localhost:1880/api'],
    ['https://XDP.example/api', 'https://xdp.example/api'],
    ['https://xdp.example:443/api/', 'https://xdp.example/api'],
    ['tcp://IIOT.example:4200', 'tcp://iiot.example:4200'],
    ['wss://iiot.example:4201/', 'wss://iiot.example:4201'],
  ] as const)
    it(`is the same, spelt ${one} or ${other}`, () => {
      assert.equal(destinationKey(one, 'farm'), destinationKey(other, 'farm'));
    });

  for (const [one, other] of [
    ['https://xdp.example/api', 'http://xdp.example/api'],
    ['https://xdp.example/api', 'https://xdp.example/API'],
    ['https://xdp.example/api', 'https://xdp.example:8443/api'],
    ['https://xdp.example/api', 'https://xdp.example.org/api'],
  ] as const)
    it(`is another: ${one} and ${other}`, () => {
      assert.notEqual(destinationKey(one), destinationKey(other));
    });

  it('is another for another part, wherever its words are cut', () => {
    assert.notEqual(
      destinationKey('https://xdp.example', 'farm', 'a b'),
      destinationKey('https://xdp.example', 'farm a', 'b'),
    );
    assert.notEqual(destinationKey('https://xdp.example', 'farm'), destinationKey('https://xdp.example', 'Farm'));
  });

  it('is told to people without its empty parts', () => {
    assert.equal(
      destinationWords(destinationKey('https://xdp.example/api', '', 'farm')),
      'https://xdp.example/api farm',
    );
    assert.equal(destinationWords('something else'), 'something else');
  });
});
