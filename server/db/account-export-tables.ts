/** A file with everything in an account, or the making of one. One for each person. */
export type AccountExports = {
  user_id: string;
  /** Of this making: what another one wrote is not taken for it. */
  id: string;
  status: 'queued' | 'running' | 'ready' | 'failed';
  /** 0 to 1. */
  progress: number;
  /** Bytes. */
  size: number | null;
  created_at: number;
  expires_at: number | null;
};
