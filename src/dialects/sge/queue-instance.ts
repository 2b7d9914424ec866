/** Owns what is known of one queue on one host. */

/** One queue on the host. */
export interface QueueInstance {
  readonly name: string;
  readonly host: string;
  readonly slots: number;
  readonly used: number;
  /** Processes that want to run, on average over five minutes; null: nobody reaches the host. */
  readonly load: number | null;
  readonly architecture: string;
  /** Letters of the states it is in; usually none. */
  readonly states: string;
  /** It is a target's. */
  readonly isAway?: boolean;
  /** Its host is a plain machine. */
  readonly isMachine?: boolean;
}
