import type { ParameterOptions } from '../core/operation/operation';
import { fromBase64 } from '../core/values/binary-text';

/** A UInt32 of the platform text. */
export const MAX_NWK_ADDR = 0xffff_ffff;

/** "The system's 32 bit identifier of the device": a number, which LoRaWAN people write in hexadecimal. */
export const ADDRESS = {
  type: 'integer',
  min: 0,
  max: MAX_NWK_ADDR,
  address: true,
} as const satisfies ParameterOptions;

/**
 * The network address that belongs to a device's EUI: its lower 32 bits and 01ffffff, for a type 0 network
 * (platform text, "PUT /end-devices/{nwkAddr}"). The text's own example pairs the EUI `EjRWeJCrze8=` with an address
 * this rule does not give, so an address set by the user always goes first.
 *
 * @param devEui eight bytes as Base64
 * @returns undefined when that is not eight bytes
 */
export function nwkAddrFromDevEui(devEui: unknown): number | undefined {
  const bytes = typeof devEui === 'string' ? fromBase64(devEui) : undefined;
  if (bytes?.length !== 8) return undefined;
  const low = [...bytes.slice(4)].reduce((value, byte) => value * 256 + byte.charCodeAt(0), 0);
  return low & 0x01ff_ffff;
}
