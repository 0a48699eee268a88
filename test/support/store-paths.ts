import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A PATH on which neither mongod nor a Redis is found, as on a fresh machine; the shell's own tools are. */
export function pathWithoutServers(): string {
  return pathFolders()
    .filter((folder) => !['mongod', 'redis-server', 'valkey-server'].some((name) => existsSync(join(folder, name))))
    .join(delimiter);
}

/** A PATH on which redis-server is found, by itself or in REDIS_SERVER_FOLDER; null when this machine has none. */
export function pathWithRedisServer(): string | null {
  const folders = [process.env.REDIS_SERVER_FOLDER ?? '', ...pathFolders()];
  const found = folders.find((folder) => folder !== '' && existsSync(join(folder, 'redis-server')));
  return found === undefined ? null : [found, pathWithoutServers()].join(delimiter);
}

function pathFolders(): string[] {
  return (process.env.PATH ?? '').split(delimiter).filter(Boolean);
}
