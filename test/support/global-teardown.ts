import './global-setup';

/** Ends the servers of the run and removes their temporary folders. */
export default async function globalTeardown(): Promise<void> {
  await Promise.all((globalThis.promographTestServers ?? []).map((server) => server.stop()));
}
