/** Types of the config nodes. */
export const ITWIN_ACCOUNT = 'itwin-iot-account';
export const ITWIN_THREAD = 'itwin-iot-thread';
