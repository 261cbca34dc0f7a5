/** Type of the config node. */
export const XDP_ACCOUNT = 'xdp-account';
