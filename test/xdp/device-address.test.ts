import { strict as assert } from 'node:assert';
import { nwkAddrFromDevEui } from '../../nodes/xdp/device-address';

const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');

describe('nwkAddr of a devEUI', () => {
  it('is its lower 32 bits and 01ffffff (platform text)', () => {
    assert.equal(nwkAddrFromDevEui(base64('1234567890abcdef')), 0x00abcdef);
    assert.equal(nwkAddrFromDevEui(base64('0000000001ffffff')), 0x01ffffff);
    assert.equal(nwkAddrFromDevEui(base64('0000000000000000')), 0);
  });

  it('is never negative, whatever the highest bit', () => {
    assert.equal(nwkAddrFromDevEui(base64('ffffffffffffffff')), 0x01ffffff);
    assert.equal(nwkAddrFromDevEui(base64('0000000080000001')), 1);
    assert.equal(nwkAddrFromDevEui(base64('00000000ff000000')), 0x01000000);
  });

  it('looks at the lower half only', () => {
    assert.equal(nwkAddrFromDevEui(base64('ffffffff00000005')), 5);
  });

  it('agrees with arithmetic of big integers for a thousand EUIs', () => {
    for (let n = 0n; n < 1000n; n++) {
      const eui = (n * 0x9e37_79b9_7f4a_7c15n) % 2n ** 64n;
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64BE(eui);
      assert.equal(nwkAddrFromDevEui(bytes.toString('base64')), Number(eui & 0x01ff_ffffn));
    }
  });

  it('is none for anything but eight bytes of Base64', () => {
    for (const other of [undefined, null, 5, {}, '', 'x', base64('12345678'), base64('1234567890abcdef00'), '!!!']) {
      assert.equal(nwkAddrFromDevEui(other), undefined);
    }
  });
});
