// What `serve` gives, whether one process or several do the work.
import type { ApiRequest, ApiResponse, Health, ProcessMetrics, Watch } from '../admin/index.ts';
import type { Config } from '../config/index.ts';

export interface Served {
  readonly port: number;
  reload(config: Config): Promise<void>;
  /** Of each of its processes. */
  health(): Promise<readonly Health[]>;
  /** Of each that answers. */
  metrics(): Promise<readonly ProcessMetrics[]>;
  /** What is below /v1 of the admin side. */
  api(request: ApiRequest): Promise<ApiResponse>;
  /** A session of one of its processes, as it runs. */
  readonly watch: Watch;
  /** Takes nobody in any more, lets what is under way finish, and closes. */
  drain(): Promise<void>;
  close(): Promise<void>;
}
