/** A simulated platform and how the examples reach it. */
export interface DemoPlatform {
  /** As people call it. */
  name: string;
  /** Its folder in `examples/`, which bears the name of its palette category. */
  folder: string;
  /** What the simulator plays, in a few words. */
  about: string;
  /** What a visitor should look at, a line each. */
  lookAt: readonly string[];
  /** Environment variables that the accounts of the examples name. */
  variables: Readonly<Record<string, string>>;
  /** Ids of `inject` nodes whose buttons are pressed at the start. */
  press?: readonly string[];
  /** True once a flow is connected. */
  reached(): boolean;
  stop(): Promise<void>;
}
