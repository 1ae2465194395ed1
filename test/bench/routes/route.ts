// A way to the same database: straight there, or through one of the proxies that are compared.

export type Login = Readonly<{ user: string; password: string; database: string }>;

export type Address = Readonly<{ host: string; port: number }>;

export type Route = Address &
  Login &
  Readonly<{
    name: string;
    /** The database name that holds one server connection per client, where `database` doesn't. */
    sessionDatabase?: string;
    /** The proxy whose CPU and memory count; none for the direct way. */
    pid: number | undefined;
    stop(): Promise<void>;
  }>;
