/** What an upload node does while the platform is away: its property `offline`. */
export const OFFLINE_MODES = ['fail', 'memory', 'disk'] as const;
